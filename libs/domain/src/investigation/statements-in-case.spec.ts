import { by, given } from '#event-sourcing/testing';
import { evidence } from '../evidence/evidence.js';
import { after, framed, linked, opened, requestId, requestOver, surrender, video } from '../testing/case.js';
import { registered, sampleId } from '../testing/samples.js';
import { accountId, interviewed, interviewId, registeredWitness, told } from '../testing/witness.js';
import type { Bearing } from '../value-lists.js';
import { StatementRecanted, witness } from '../witness/witness.js';
import { approveReassessment } from './approve-reassessment.js';
import { assessIssue } from './assess-issue.js';
import {
  BearingReassessed,
  EvidenceLinked,
  investigation,
  IssueAssessed,
  ReassessmentRequested,
} from './investigation.js';
import { linkEvidence } from './link-evidence.js';
import { reassessBearing } from './reassess-bearing.js';
import { reassessmentMaterial } from './reassessment.js';
import { requestReassessment } from './request-reassessment.js';

// An item of the case that records what a witness said.

const witnessId = sampleId('witness');
const statement = { witnessId, interviewId };
const theRecord = { evidenceId: video, relevance: 'Shows the moments before' };
const asRecord = (
  bearing: Bearing = 'unreviewed',
  of: { interviewId?: string; accountId?: string } = { interviewId },
) => EvidenceLinked({ ...linked(bearing).data, statement: { witnessId, ...of } });

const regular = [registeredWitness, interviewed()] as const;
const withheld = [registeredWitness, interviewed({ irregularities: ['counsel-missing'] })] as const;
const forced = [registeredWitness, told({ irregularities: ['not-voluntary'] })] as const;
type Said = readonly Parameters<typeof given>[1][];

const inCase = (said: Said, ...events: Said) =>
  given(investigation, opened, framed, ...events)
    .and(evidence, video, registered())
    .and(witness, witnessId, ...said);

describe('linking', () => {
  test('names the statement that the item records', async () => {
    await inCase(regular)
      .when(linkEvidence, { ...theRecord, statement })
      .then(asRecord());
    const account = { witnessId, accountId };
    await inCase(forced)
      .when(linkEvidence, { ...theRecord, statement: account })
      .then(EvidenceLinked({ ...linked().data, statement: account }));
  });

  test('the same link again changes nothing, as the record of another statement it is another', async () => {
    await inCase(regular, asRecord())
      .when(linkEvidence, { ...theRecord, statement })
      .nothing();
    await inCase(regular, asRecord()).when(linkEvidence, theRecord).refused('evidence-linked');
  });

  test('the witness and the statement have to be there, and it is one statement', async () => {
    await given(investigation, opened)
      .and(evidence, video, registered())
      .when(linkEvidence, { ...theRecord, statement })
      .refused('witness-unknown');
    await inCase([registeredWitness])
      .when(linkEvidence, { ...theRecord, statement })
      .refused('statement-unknown');
    await inCase(regular)
      .when(linkEvidence, { ...theRecord, statement: { witnessId } })
      .invalid('/statement');
  });

  test('a statement made without the rights its maker had does not incriminate, but may favour the defence', async () => {
    const link = { ...theRecord, statement };
    await inCase(withheld)
      .when(linkEvidence, { ...link, bearing: 'incriminating' })
      .refused('statement-irregular');
    await inCase(withheld)
      .when(linkEvidence, { ...link, bearing: 'exculpatory' })
      .then(asRecord('exculpatory'));
    await inCase(regular)
      .when(linkEvidence, { ...link, bearing: 'incriminating' })
      .then(asRecord('incriminating'));
  });
});

describe('a bearing', () => {
  const change = { evidenceId: video, to: 'incriminating' as const, reason: 'Read again' };
  const request = { ...change, from: 'exculpatory' as const };

  test('is not reassessed as incriminating for a statement that was not free', async () => {
    const link = asRecord('context', { accountId });
    await inCase(forced, link).when(reassessBearing, change).refused('statement-irregular');
    await inCase(regular, asRecord('context'))
      .when(reassessBearing, change)
      .then(BearingReassessed({ ...change, from: 'context' }));
  });

  test('nor is that requested or approved', async () => {
    const history = [opened, framed, asRecord('exculpatory')] as const;
    await inCase(withheld, asRecord('exculpatory'))
      .when(requestReassessment, change)
      .refused('statement-irregular');
    const asked = requestOver(reassessmentMaterial(after(...history), change));
    const requested = by('first', ReassessmentRequested({ ...asked, ...change }));
    const approval = { requestId, digest: asked.digest };
    await inCase(withheld, asRecord('exculpatory'), requested)
      .when(approveReassessment, approval, { actor: 'second' })
      .refused('statement-irregular');
    await inCase(regular, asRecord('exculpatory'), requested)
      .when(approveReassessment, approval, { actor: 'second' })
      .then(BearingReassessed({ ...request, requestId }));
  });
});

describe('a finding', () => {
  const finding = {
    issueId: surrender,
    finding: 'established' as const,
    standard: 'credible' as const,
    basis: [video],
  };

  test('does not rest on a statement that was made without rights, unless it favours the defence', async () => {
    await inCase(withheld, asRecord('context')).when(assessIssue, finding).refused('statement-irregular');
    await inCase(withheld, asRecord('mitigating')).when(assessIssue, finding).then(IssueAssessed(finding));
    await inCase(regular, asRecord('incriminating')).when(assessIssue, finding).then(IssueAssessed(finding));
  });

  test('reads each statement of its own witness', async () => {
    const photo = sampleId('photo');
    const other = sampleId('other witness');
    const second = EvidenceLinked({
      ...linked('context').data,
      evidenceId: photo,
      statement: { witnessId: other, interviewId },
    });
    await inCase(regular, linked('context'), second)
      .and(evidence, photo, registered())
      .and(witness, other, ...withheld)
      .when(assessIssue, { ...finding, basis: [video, photo] })
      .refused('statement-irregular');
  });

  test('may rest on a statement that was recanted: which word is true is for those who weigh both', () =>
    inCase(
      [
        ...regular,
        StatementRecanted({
          interviewId,
          recantedOn: '2025-03-01',
          reason: 'Fear',
          voluntariness: { finding: 'unknown', basis: 'Nobody asked' },
          irregularities: [],
        }),
      ],
      asRecord('incriminating'),
    )
      .when(assessIssue, finding)
      .then(IssueAssessed(finding)));
});

test('an item that was linked before statements were named has none', () => {
  const data = JSON.stringify({ evidenceId: video, relevance: 'Shows it', bearing: 'context' });
  expect(investigation.events.decode({ type: 'EvidenceLinked', schemaVersion: 1, data }).data).toEqual({
    evidenceId: video,
    relevance: 'Shows it',
    bearing: 'context',
  });
});
