import { given } from '#event-sourcing/testing';
import { AdmissibilityRuled, evidence } from '../evidence/evidence.js';
import { closed, forum, framed, linked, opened, surrender, suspended, video } from '../testing/case.js';
import { registered, sampleId } from '../testing/samples.js';
import type { Bearing } from '../value-lists.js';
import { BearingReassessed, investigation } from './investigation.js';
import { reassessBearing } from './reassess-bearing.js';

const to = (bearing: Bearing) => ({ evidenceId: video, to: bearing, reason: 'Seen in full' });
const onTheIssue = { ...to('exculpatory'), issueId: surrender };
const theVideo = [evidence, video, registered()] as const;
const leadOnly = {
  restrictionId: sampleId('restriction'),
  kind: 'leadOnly' as const,
  provider: 'A government',
  permits: [],
  legalBasis: 'Agreement of 2024',
};
const excluded = AdmissibilityRuled({
  forum,
  proceeding: 'ICC-1',
  decision: 'excluded',
  ground: 'Article 69(7)',
  irregularities: [],
});

test('an item is given a bearing on the case', () =>
  given(investigation, opened, linked())
    .and(...theVideo)
    .when(reassessBearing, to('incriminating'))
    .then(BearingReassessed({ ...to('incriminating'), from: 'unreviewed' })));

test('an item has a bearing of its own on each issue', () =>
  given(investigation, opened, linked('incriminating'), framed)
    .and(...theVideo)
    .when(reassessBearing, onTheIssue)
    .then(BearingReassessed({ ...onTheIssue, from: 'unreviewed' })));

test('the bearing it has changes nothing', async () => {
  await given(investigation, opened, linked('context'))
    .and(...theVideo)
    .when(reassessBearing, to('context'))
    .nothing();
  await given(
    investigation,
    opened,
    linked(),
    framed,
    BearingReassessed({ ...onTheIssue, from: 'unreviewed' }),
  )
    .and(...theVideo)
    .when(reassessBearing, onTheIssue)
    .nothing();
});

test('one person does not take it from the defence, not even for another bearing that favours it', async () => {
  for (const from of ['exculpatory', 'mitigating', 'affectsCredibility'] as const) {
    const history = given(investigation, opened, linked(from)).and(...theVideo);
    await history.when(reassessBearing, to('context')).refused('second-person-required');
    await history.when(reassessBearing, to('unreviewed')).refused('second-person-required');
  }
  await given(investigation, opened, linked('exculpatory'))
    .and(...theVideo)
    .when(reassessBearing, to('mitigating'))
    .refused('second-person-required');
});

test('nor on one issue', () =>
  given(investigation, opened, linked(), framed, BearingReassessed({ ...onTheIssue, from: 'unreviewed' }))
    .and(...theVideo)
    .when(reassessBearing, { ...onTheIssue, to: 'incriminating' })
    .refused('second-person-required'));

test.each([
  ['evidence-lead-only', [registered({ restrictions: [leadOnly] })]],
  ['evidence-excluded', [registered(), excluded]],
  ['evidence-irregular', [registered({ irregularities: ['seal-broken'] })]],
])(
  'an item that cannot be relied upon (%s) does not incriminate, and may favour the defence',
  async (code, item) => {
    const history = given(investigation, opened, linked()).and(evidence, video, ...item);
    await history.when(reassessBearing, to('incriminating')).refused(code);
    await history
      .when(reassessBearing, to('exculpatory'))
      .then(BearingReassessed({ ...to('exculpatory'), from: 'unreviewed' }));
  },
);

test('the item has to be linked, and the issue framed', async () => {
  await given(investigation, opened)
    .and(...theVideo)
    .when(reassessBearing, to('context'))
    .refused('evidence-not-linked');
  await given(investigation, opened, linked())
    .and(...theVideo)
    .when(reassessBearing, onTheIssue)
    .refused('issue-unknown');
});

test('neither in a closed nor in a suspended case', async () => {
  await given(investigation, opened, linked(), closed)
    .and(...theVideo)
    .when(reassessBearing, to('context'))
    .refused('investigation-closed');
  await given(investigation, opened, linked(), suspended)
    .and(...theVideo)
    .when(reassessBearing, to('context'))
    .refused('investigation-suspended');
});
