import { digestOf } from '#event-sourcing';
import {
  ContentStored,
  type CustodyAccepted,
  CustodyOffered,
  type Evidence,
  evidence,
  type FoundBreach,
  IntegrityBreachDetected,
  QuarantineResolved,
  WorkingCopyDerived,
} from '../evidence/evidence.js';
import { sampleId } from './samples.js';

/** The invented item of the custody and content tests, in its stages; registered by whoever `given` lets act. */

export const custodian = 'someone';
export const offerId = sampleId('offer');
export const copyId = sampleId('copy');
export const breachId = sampleId('breach');
export const requestId = sampleId('request');
const moment = '2025-03-01T12:00:00.000Z';

export const sha = (letter: string) => ({ algorithm: 'sha-256' as const, value: letter.repeat(64) });
export const blocks = { bytes: 1_048_576, digest: 'b'.repeat(64) };
export const upload = {
  digest: sha('a'),
  digests: [sha('a')],
  length: 42,
  blocks,
  mediaType: 'video/mp4',
  fileName: 'drone-17.mp4',
};
export const stored = ContentStored(upload);

export const intact = { content: { intact: true as const } };
export const broken = (breach: FoundBreach = { kind: 'digest', found: sha('f'), foundLength: 42 }) => ({
  content: { intact: false as const, breach },
});

type Breach = Parameters<typeof IntegrityBreachDetected>[0];
export const breached = (over: Partial<Breach> = {}) =>
  IntegrityBreachDetected({
    breachId,
    by: 'check',
    kind: 'digest',
    expected: { digest: sha('a'), length: 42 },
    found: { digest: sha('f'), length: 42 },
    checkedAt: moment,
    ...over,
  });

/** Two people acknowledged the breach: the item is impaired. */
export const acknowledged = QuarantineResolved({
  requestId,
  outcome: 'acknowledged',
  reason: 'No other copy exists',
  breachIds: [breachId],
});

type Offered = Parameters<typeof CustodyOffered>[0];
export const toStaff = (subject: string) => ({ kind: 'staff' as const, subject });
export const laboratory = { kind: 'organisation' as const, organisation: 'Forensic Laboratory' };
export const offered = (to: Offered['to'] = toStaff('clerk'), over: Partial<Offered> = {}) =>
  CustodyOffered({
    offerId,
    from: toStaff(custodian),
    to,
    purpose: 'Storage in the vault',
    offeredAt: '2025-02-28T09:00:00.000Z',
    ...over,
  });

type Accepted = Parameters<typeof CustodyAccepted>[0];
export const accepted = (over: Partial<Accepted> = {}): Accepted => ({
  offerId,
  from: toStaff(custodian),
  to: toStaff('clerk'),
  content: 'none',
  irregularities: [],
  ...over,
});

export const derivation = {
  purpose: 'redaction' as const,
  tool: 'Cutter',
  toolVersion: '4.2',
  parameters: 'Frames 1 to 400; faces blurred',
  digests: [sha('c')],
  operatorId: sampleId('operator'),
  derivedAt: '2025-02-25T10:00:00Z',
};
export const derived = WorkingCopyDerived({ copyId, ...derivation, irregularities: [] });
export const storedCopy = ContentStored({ ...upload, copyId, digest: sha('c'), digests: [sha('c')] });

export type ItemEvent = Parameters<typeof evidence.evolve>[1];

/** The item as it is after these events. */
export function itemAfter(...events: readonly ItemEvent[]): Evidence {
  const state = evidence.initial();
  const actor = { subject: custodian, roles: [] };
  for (const [revision, event] of events.entries())
    evidence.evolve(state, event, { eventId: sampleId(String(revision)), revision, actor });
  return state;
}

/** The members of a request over this material, made at the moment of the tests. */
export const resolutionOver = (material: object) => ({
  requestId,
  digest: digestOf(material),
  expiresAt: '2025-03-31T12:00:00.000Z',
});
