import { given } from '#event-sourcing/testing';
import { AdmissibilityRuled, evidence, EvidenceRestricted } from '../evidence/evidence.js';
import { closed, forum, framed, linked, opened, surrender, suspended, video } from '../testing/case.js';
import { breached } from '../testing/exhibit.js';
import { registered, sampleId } from '../testing/samples.js';
import type { Bearing } from '../value-lists.js';
import { assessIssue } from './assess-issue.js';
import { BearingReassessed, investigation, IssueAssessed } from './investigation.js';

const command = {
  issueId: surrender,
  finding: 'established' as const,
  standard: 'credible' as const,
  basis: [video],
};
const contested = { ...command, finding: 'contested' as const, standard: 'reasonableGrounds' as const };
const history = [opened, framed, linked()] as const;
const theVideo = [evidence, video, registered()] as const;

test('an issue is established by one standard and contested by a higher', () =>
  given(investigation, ...history, IssueAssessed(command))
    .and(...theVideo)
    .when(assessIssue, { ...contested, reasoning: 'Two accounts differ' })
    .then(IssueAssessed({ ...contested, reasoning: 'Two accounts differ' })));

test('a new finding takes the place of the one by the same standard', () =>
  given(investigation, ...history, IssueAssessed(command))
    .and(...theVideo)
    .when(assessIssue, { ...command, finding: 'refuted' })
    .then(IssueAssessed({ ...command, finding: 'refuted' })));

test('the same finding again changes nothing', () =>
  given(investigation, ...history, IssueAssessed(command), IssueAssessed(contested))
    .and(...theVideo)
    .when(assessIssue, command)
    .nothing());

test('what is open needs no basis, what is settled needs one', async () => {
  const open = { ...command, finding: 'undetermined' as const, standard: 'alleged' as const, basis: [] };
  await given(investigation, opened, framed).when(assessIssue, open).then(IssueAssessed(open));
  for (const finding of ['established', 'refuted'] as const)
    await given(investigation, opened, framed)
      .when(assessIssue, { ...command, finding, basis: [] })
      .invalid('/basis');
});

test('what is only alleged is not settled', () =>
  given(investigation, ...history)
    .when(assessIssue, { ...command, standard: 'alleged' })
    .invalid('/standard'));

test('an item is named once', () =>
  given(investigation, ...history)
    .when(assessIssue, { ...command, basis: [video, video] })
    .invalid('/basis'));

test('the issue has to be framed, and the basis linked and known', async () => {
  await given(investigation, opened, linked())
    .and(...theVideo)
    .when(assessIssue, command)
    .refused('issue-unknown');
  await given(investigation, opened, framed)
    .and(...theVideo)
    .when(assessIssue, command)
    .refused('evidence-not-linked');
  await given(investigation, ...history)
    .when(assessIssue, command)
    .refused('evidence-unknown');
});

const restricted = EvidenceRestricted({
  restrictionId: sampleId('restriction'),
  kind: 'leadOnly',
  provider: 'A government',
  permits: [],
  legalBasis: 'Agreement of 2024',
});
const excluded = AdmissibilityRuled({
  forum,
  proceeding: 'ICC-1',
  decision: 'excluded',
  ground: 'Article 69(7)',
  irregularities: [],
});
const irregular = registered({ irregularities: ['legal-authority-missing'] });

test('no finding rests on a lead, not even for the defence', async () => {
  for (const bearing of ['unreviewed', 'exculpatory'] as const)
    await given(investigation, opened, framed, linked(bearing))
      .and(evidence, video, registered(), restricted)
      .when(assessIssue, { ...contested, basis: [video] })
      .refused('evidence-lead-only');
});

test('no finding rests on what the forum excluded, or on what is irregular and not admitted', async () => {
  await given(investigation, ...history)
    .and(evidence, video, registered(), excluded)
    .when(assessIssue, command)
    .refused('evidence-excluded');
  await given(investigation, ...history)
    .and(evidence, video, irregular)
    .when(assessIssue, command)
    .refused('evidence-irregular');
});

test('unless it favours the defence', async () => {
  for (const bearing of ['exculpatory', 'mitigating', 'affectsCredibility'] as const)
    for (const item of [[registered(), excluded], [irregular]])
      await given(investigation, opened, framed, linked(bearing))
        .and(evidence, video, ...item)
        .when(assessIssue, contested)
        .then(IssueAssessed(contested));
});

test('its bearing on the issue comes before its bearing on the case', async () => {
  const onTheIssue = (to: Bearing) =>
    BearingReassessed({ evidenceId: video, issueId: surrender, from: 'unreviewed', to, reason: 'Seen' });
  await given(investigation, ...history, onTheIssue('exculpatory'))
    .and(evidence, video, irregular)
    .when(assessIssue, contested)
    .then(IssueAssessed(contested));
  await given(investigation, opened, framed, linked('exculpatory'), onTheIssue('incriminating'))
    .and(evidence, video, irregular)
    .when(assessIssue, contested)
    .refused('evidence-irregular');
});

test('neither in a closed nor in a suspended case', async () => {
  await given(investigation, ...history, closed)
    .and(...theVideo)
    .when(assessIssue, command)
    .refused('investigation-closed');
  await given(investigation, ...history, suspended)
    .and(...theVideo)
    .when(assessIssue, command)
    .refused('investigation-suspended');
});

test('no finding rests on what is in quarantine, unless it favours the defence', async () => {
  await given(investigation, ...history)
    .and(evidence, video, registered(), breached())
    .when(assessIssue, command)
    .refused('evidence-quarantined');
  await given(investigation, opened, framed, linked('exculpatory'))
    .and(evidence, video, registered(), breached())
    .when(assessIssue, contested)
    .then(IssueAssessed(contested));
});
