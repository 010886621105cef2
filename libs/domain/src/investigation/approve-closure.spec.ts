import { by, given } from '#event-sourcing/testing';
import {
  after,
  attached,
  closed,
  closing,
  framed,
  linked,
  met,
  opened,
  requestOver,
  surrender,
  suspended,
  video,
} from '../testing/case.js';
import { sampleId } from '../testing/samples.js';
import { approveClosure } from './approve-closure.js';
import {
  AllegationAccepted,
  BearingReassessed,
  ClosureRequested,
  ConflictOfInterestDeclared,
  investigation,
  InvestigationReopened,
  IssueAssessed,
  LeadAssigned,
  MemberAssigned,
} from './investigation.js';
import { closureMaterial } from './request-closure.js';

const history = [opened, framed, linked()] as const;
const request = requestOver(closureMaterial(after(...history), closing));
const requested = by('first', ClosureRequested({ ...request, ...closing }));
const approval = { requestId: request.requestId, digest: request.digest };
const second = { actor: 'second' };

test('with a second person the case is closed', () =>
  given(investigation, ...history, requested)
    .when(approveClosure, approval, second)
    .then(closed));

test('a suspended case too', () => {
  const resting = [...history, suspended];
  const restingRequest = requestOver(closureMaterial(after(...resting), closing));
  return given(investigation, ...resting, by('first', ClosureRequested({ ...restingRequest, ...closing })))
    .when(approveClosure, { ...approval, digest: restingRequest.digest }, second)
    .then(closed);
});

test('who works on the case does not make the request lapse', () =>
  given(
    investigation,
    ...history,
    requested,
    LeadAssigned({ lead: 'prosecutor-vega' }),
    MemberAssigned({ member: 'analyst-reed', duty: 'Chronology' }),
  )
    .when(approveClosure, approval, second)
    .then(closed));

test('an approval again changes nothing, even when the case was reopened since', async () => {
  const done = [...history, requested, by('second', closed)];
  await given(investigation, ...done)
    .when(approveClosure, approval, second)
    .nothing();
  await given(investigation, ...done, InvestigationReopened({ newFact: 'A witness came forward' }))
    .when(approveClosure, approval, second)
    .nothing();
});

test('who asked does not approve, through no service and for nobody', async () => {
  for (const asker of [
    { actor: 'first' },
    { actor: 'portal', onBehalfOf: 'first' },
    { actor: 'first', onBehalfOf: 'second' },
  ])
    await given(investigation, ...history, requested)
      .when(approveClosure, approval, asker)
      .refused('same-person');
});

test('two people who use one service are two', () =>
  given(investigation, ...history, by('portal', ClosureRequested({ ...request, ...closing }), 'first'))
    .when(approveClosure, approval, { actor: 'portal', onBehalfOf: 'second' })
    .then(closed));

test('nothing is approved that somebody with a conflict of interest asked for', async () => {
  for (const member of ['first', 'portal']) {
    const conflict = ConflictOfInterestDeclared({ member, reason: 'A relative', irregularities: [] });
    await given(
      investigation,
      ...history,
      by('portal', ClosureRequested({ ...request, ...closing }), 'first'),
      conflict,
    )
      .when(approveClosure, approval, second)
      .refused('asker-conflicted');
  }
});

test('there has to be a request', () =>
  given(investigation, ...history)
    .when(approveClosure, approval, second)
    .refused('approval-unknown'));

test('an expired request is not approved', () =>
  given(investigation, ...history, requested)
    .when(approveClosure, approval, { ...second, now: request.expiresAt })
    .refused('approval-expired'));

test('a request lapses when what the case rests on changed, or something else was reviewed', async () => {
  const changes = [
    attached,
    suspended,
    met('gravity'),
    AllegationAccepted({ allegationId: sampleId('account') }),
    BearingReassessed({ evidenceId: video, from: 'unreviewed', to: 'context', reason: 'Seen' }),
    IssueAssessed({ issueId: surrender, finding: 'contested', standard: 'credible', basis: [] }),
  ];
  for (const change of changes)
    await given(investigation, ...history, requested, change)
      .when(approveClosure, approval, second)
      .refused('approval-lapsed');
  await given(investigation, ...history, requested)
    .when(approveClosure, { ...approval, digest: '0'.repeat(64) }, second)
    .refused('approval-lapsed');
});
