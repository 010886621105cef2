import { Clear, type SealedValue } from '#event-sourcing';
import {
  ConsentGiven,
  InterviewPlanned,
  ownInstitution,
  PriorAccountRecorded,
  witness,
  type Witness,
  WitnessInterviewed,
  WitnessRegistered,
} from '../witness/witness.js';
import { sampleId } from './samples.js';

/** A witness for tests, step by step: an invented person who saw what happened at a mill and told others first. */

export const consentId = sampleId('consent');
export const accountId = sampleId('account given before');
export const interviewId = sampleId('interview');
export const caseId = sampleId('case');
export const interviewer = sampleId('interviewer');

export const somebody = new Clear({ fullName: 'Example Person' });

type Consented = Parameters<typeof ConsentGiven>[0];
type Account = Parameters<typeof PriorAccountRecorded>[0];
type Planned = Parameters<typeof InterviewPlanned>[0];
type Interviewed = Parameters<typeof WitnessInterviewed>[0];

/** Hides nothing and looks like the real thing. */
export const sealed: SealedValue = {
  keyId: sampleId('key'),
  dataKey: 'ZGF0YSBrZXk=',
  ciphertext: 'c2VhbGVk',
};

export const registeredWitness = WitnessRegistered({ pseudonym: 'W-7K3M9QXT', identity: sealed });

export const consented = (over: Partial<Consented> = {}) =>
  ConsentGiven({
    consentId,
    recipient: ownInstitution,
    purpose: 'interview',
    scope: ['statement'],
    givenAt: '2025-02-20T09:00:00.000Z',
    irregularities: [],
    ...over,
  });

export const told = (over: Partial<Account> = {}) =>
  PriorAccountRecorded({
    accountId,
    takenBy: 'River Valley Monitor',
    takenOn: '2025-02-14',
    voluntariness: { finding: 'voluntary', basis: 'At home, on the initiative of the witness' },
    irregularities: [],
    ...over,
  });

export const planning: Omit<Planned, 'interviewId'> = {
  investigationId: caseId,
  capacity: 'witness',
  plannedFor: '2025-03-10T09:00:00Z',
  interviewerIds: [interviewer],
  priorAccountsReviewed: [],
  purpose: 'What the witness saw at the mill',
};
export const planned = (over: Partial<Planned> = {}) =>
  InterviewPlanned({ interviewId, ...planning, ...over });

export const interviewing: Omit<Interviewed, 'interviewId' | 'irregularities'> = {
  investigationId: caseId,
  capacity: 'witness',
  at: '2025-02-28T09:00:00Z',
  language: 'en',
  interviewerIds: [interviewer],
  rightsCaution: { given: false },
  counsel: { present: false },
  recordingEvidenceId: sampleId('recording'),
};
export const interviewed = (over: Partial<Interviewed> = {}) =>
  WitnessInterviewed({ interviewId, ...interviewing, irregularities: [], ...over });

type Event = Parameters<typeof witness.evolve>[1];

/** The witness as they are after these events. */
export function witnessAfter(...events: readonly Event[]): Witness {
  const state = witness.initial();
  const actor = { subject: 'someone', roles: [] };
  for (const [revision, event] of events.entries())
    witness.evolve(state, event, { eventId: sampleId(String(revision)), revision, actor });
  return state;
}
