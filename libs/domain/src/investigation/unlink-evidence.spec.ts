import { given } from '#event-sourcing/testing';
import { closed, framed, linked, opened, surrender, suspended, video } from '../testing/case.js';
import { BearingReassessed, EvidenceUnlinked, investigation, IssueAssessed } from './investigation.js';
import { unlinkEvidence } from './unlink-evidence.js';

const unlinking = { evidenceId: video, reason: 'It shows another village' };
const finding = { issueId: surrender, finding: 'established', standard: 'credible' } as const;

test('an item leaves the case with a reason', () =>
  given(investigation, opened, linked('incriminating'))
    .when(unlinkEvidence, unlinking)
    .then(EvidenceUnlinked(unlinking)));

test('an item that is not linked has nothing to leave', () =>
  given(investigation, opened).when(unlinkEvidence, unlinking).nothing());

test('one person does not take an item from the defence', async () => {
  for (const bearing of ['exculpatory', 'mitigating', 'affectsCredibility'] as const)
    await given(investigation, opened, linked(bearing))
      .when(unlinkEvidence, unlinking)
      .refused('second-person-required');
});

test('nor one that favours it on one issue', () =>
  given(
    investigation,
    opened,
    framed,
    linked('incriminating'),
    BearingReassessed({
      evidenceId: video,
      issueId: surrender,
      from: 'unreviewed',
      to: 'exculpatory',
      reason: 'Hands are raised',
    }),
  )
    .when(unlinkEvidence, unlinking)
    .refused('second-person-required'));

test('an item that a finding rests on stays until the issue is assessed without it', async () => {
  const history = [opened, framed, linked('incriminating'), IssueAssessed({ ...finding, basis: [video] })];
  await given(investigation, ...history)
    .when(unlinkEvidence, unlinking)
    .refused('evidence-is-basis');
  await given(investigation, ...history, IssueAssessed({ ...finding, finding: 'undetermined', basis: [] }))
    .when(unlinkEvidence, unlinking)
    .then(EvidenceUnlinked(unlinking));
});

test('neither from a closed nor from a suspended case', async () => {
  await given(investigation, opened, linked(), closed)
    .when(unlinkEvidence, unlinking)
    .refused('investigation-closed');
  await given(investigation, opened, linked(), suspended)
    .when(unlinkEvidence, unlinking)
    .refused('investigation-suspended');
});
