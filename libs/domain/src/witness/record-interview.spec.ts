import { derivedId } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { evidence } from '../evidence/evidence.js';
import { investigation } from '../investigation/investigation.js';
import { opened, requestId } from '../testing/case.js';
import { registered, sampleId } from '../testing/samples.js';
import {
  accountId,
  caseId,
  consented,
  consentId,
  interviewed,
  interviewer,
  interviewId,
  interviewing,
  planned,
  registeredWitness,
  told,
} from '../testing/witness.js';
import { recordInterview } from './record-interview.js';
import { ConsentWithdrawn, IdentityErased, witness, WitnessInterviewed } from './witness.js';

/** The id of an interview that carries out no plan. */
const ownId = derivedId('part', derivedId('test', 'command', 'first'), 'interview');
const recording = sampleId('recording');
const held = { interviewId, ...interviewing };

type History = Parameters<typeof given>[1][];
const prepared: History = [registeredWitness, consented(), planned()];
const when = (history: History, fields: typeof held) =>
  given(witness, ...history)
    .and(investigation, caseId, opened)
    .and(evidence, recording, registered())
    .when(recordInterview, fields);
const irregular = (over: object, ...irregularities: string[]) =>
  WitnessInterviewed({ ...held, ...over, irregularities });

test('an interview that was planned is recorded under the id of its plan', () =>
  when(prepared, held).then(irregular({})));

test('the same interview again changes nothing', async () => {
  await when([...prepared, interviewed()], held).nothing();
  const { interviewId: _, ...unplanned } = held;
  await given(witness, ...prepared, interviewed())
    .and(investigation, caseId, opened)
    .when(recordInterview, unplanned)
    .nothing();
});

test('another one under the same plan gets an id of its own', () =>
  when([...prepared, interviewed()], { ...held, at: '2025-02-28T14:00:00Z' }).then(
    irregular({ interviewId: ownId, at: '2025-02-28T14:00:00Z' }, 'interview-on-record'),
  ));

test('one that nobody planned is recorded too', () =>
  when([registeredWitness, consented()], held).then(
    irregular({ interviewId: ownId }, 'interview-unplanned'),
  ));

describe('consent', () => {
  const withdrawnAt = (at: string) => ConsentWithdrawn({ consentId, withdrawnAt: at });

  test('that was withdrawn after the interview was there', () =>
    when([...prepared, withdrawnAt('2025-02-28T10:00:00.000Z')], held).then(irregular({})));

  test('that was withdrawn before it was missing', () =>
    when([...prepared, withdrawnAt('2025-02-28T08:00:00.000Z')], held).then(
      irregular({}, 'consent-missing'),
    ));
});

test('earlier accounts that nobody looked at are told, but those that came later', async () => {
  await when([...prepared, told()], held).then(irregular({}, 'prior-accounts-unread'));
  const read = { priorAccountsReviewed: [accountId] };
  await when([...prepared, told()], { ...held, ...read }).then(irregular(read));
  await when([...prepared, told({ takenOn: '2025-03-01' })], held).then(irregular({}));
});

describe('the rights of a suspect', () => {
  const cautioned = {
    rightsCaution: { given: true, language: 'en', at: '2025-02-28T08:50:00Z' },
    counsel: { present: true, counselId: sampleId('counsel') },
  };
  const suspect = { capacity: 'suspect' as const, ...cautioned };

  test('were kept', async () => {
    await when(prepared, { ...held, ...suspect }).then(irregular(suspect));
    const waived = { ...suspect, counsel: { present: false, waived: true } };
    await when(prepared, { ...held, ...waived }).then(irregular(waived));
  });

  test.each([
    ['caution', { rightsCaution: { given: false } }, 'caution-missing'],
    ['a caution in time', { rightsCaution: { given: true, at: '2025-02-28T09:30:00Z' } }, 'caution-late'],
    ['counsel', { counsel: { present: false, waived: false } }, 'counsel-missing'],
  ])('without %s were not', (_, over, code) =>
    when(prepared, { ...held, ...suspect, ...over }).then(irregular({ ...suspect, ...over }, code)),
  );

  test('are those of a prisoner of war, and of everybody who is asked about own acts', async () => {
    const both = ['caution-missing', 'counsel-missing'];
    const prisoner = { capacity: 'prisonerOfWar' as const };
    await when(prepared, { ...held, ...prisoner }).then(irregular(prisoner, ...both));
    const others = { ...prisoner, ownActs: false };
    await when(prepared, { ...held, ...others }).then(irregular(others));
    const insider = { capacity: 'insider' as const, ownActs: true };
    await when(prepared, { ...held, ...insider }).then(irregular(insider, ...both));
  });
});

test.each([
  [
    'words of a captive of which nobody found that they were free',
    { inCustodyOf: 'A prison' },
    'voluntariness-unknown',
  ],
  [
    'words that were not free',
    { voluntariness: { finding: 'involuntary' as const, basis: 'Injuries' } },
    'not-voluntary',
  ],
  ['a language that is not understood', { understands: ['uk'] }, 'interpreter-missing'],
  [
    'an interviewer who interprets',
    { understands: ['uk'], interpreterId: interviewer },
    'interpreter-is-interviewer',
  ],
  ['a child alone', { minor: true }, 'minor-unaccompanied'],
  ['a time to come', { at: '2025-03-02' }, 'date-in-future'],
])('irregular is %s', (_, over, code) => when(prepared, { ...held, ...over }).then(irregular(over, code)));

test.each([
  ['an interpreter', { understands: ['uk'], interpreterId: sampleId('interpreter') }],
  ['a dialect', { understands: ['EN-gb', 'uk'] }],
  ['a child with somebody beside', { minor: true, supportPersonId: sampleId('aunt') }],
])('regular is %s', (_, over) => when(prepared, { ...held, ...over }).then(irregular(over)));

test('an interview without a recording, for a case that is not there, is recorded', async () => {
  const { recordingEvidenceId: _, ...unrecorded } = held;
  await given(witness, ...prepared)
    .when(recordInterview, unrecorded)
    .then(
      WitnessInterviewed({ ...unrecorded, irregularities: ['investigation-unknown', 'recording-missing'] }),
    );
  await given(witness, ...prepared)
    .and(investigation, caseId, opened)
    .when(recordInterview, held)
    .then(irregular({}, 'evidence-unknown'));
});

test('what happened is recorded also of somebody whose identity is erased', () =>
  when([...prepared, IdentityErased({ requestId, reason: 'A wish' })], held).then(irregular({})));
