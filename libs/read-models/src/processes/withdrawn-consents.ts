import { flagWithdrawnConsent, recipientConsentedTo, recipientOf, type referral, witness } from '#domain';
import { categoryOf, idOf } from '#event-sourcing';
import type { EventsOf } from '../domain-events.js';
import { dispatch, type Handlers, typesOf, upsert } from '../rows.js';
import type { ProjectedEvent, Rows } from '../runner/projection.js';
import { shapeOf } from '../shape.js';
import { type ProcessManager, processManager } from './process-manager.js';
import { type Task, tasksTable } from './tasks.js';

/**
 * When a witness takes a consent back, every referral that was drawn up until then and may rest on it is flagged, for
 * whoever is responsible. Which these are is known exactly, because rows and withdrawal are read in the order of the log:
 * a referral that is drafted afterwards meets the withdrawal when it is sent.
 */

interface Changes {
  readonly consents: Map<string, { id: string; witness_id: string; recipient: string }>;
  readonly referrals: Map<string, { id: string; position: string; recipient: string; witnesses: string[] }>;
  /** The withdrawals by the id of the consent; none is withdrawn twice. */
  readonly withdrawn: Map<string, ProjectedEvent>;
}

const handlers: Handlers<EventsOf<typeof witness | typeof referral>, Changes> = {
  ConsentGiven: ({ consentId: id, ...consent }, { aggregateId: witness_id }, { consents }) => {
    const recipient = recipientConsentedTo(consent);
    if (recipient !== undefined) consents.set(id, { id, witness_id, recipient });
  },
  ReferralDrafted: (drafted, { aggregateId: id, position }, { referrals }) => {
    const witnesses = drafted.manifest
      .map(({ stream }) => stream)
      .filter((stream) => categoryOf(stream) === witness.category)
      .map(idOf);
    if (witnesses.length === 0) return;
    referrals.set(id, { id, position: String(position), recipient: recipientOf(drafted), witnesses });
  },
  ConsentWithdrawn: ({ consentId }, event, { withdrawn }) => {
    withdrawn.set(consentId, event);
  },
};

async function tasksOf(events: readonly ProjectedEvent[], rows: Rows): Promise<Task[]> {
  const changes: Changes = { consents: new Map(), referrals: new Map(), withdrawn: new Map() };
  for (const event of events) dispatch(handlers, event, changes);
  await upsert(rows, 'consents', ['id'], [...changes.consents.values()]);
  await upsert(rows, 'referrals', ['id'], [...changes.referrals.values()]);
  const { withdrawn } = changes;
  if (withdrawn.size === 0) return [];
  const resting = await rows.query<{ consent: string; witness: string; referral: string; drafted: string }>(
    `SELECT consent.id AS consent, consent.witness_id AS witness, referral.id AS referral,
       referral.position AS drafted
     FROM consents consent
     JOIN referrals referral
       ON referral.witnesses @> ARRAY[consent.witness_id] AND referral.recipient = consent.recipient
     WHERE consent.id = ANY ($1)
     ORDER BY referral.position`,
    [[...withdrawn.keys()]],
  );
  return [...withdrawn].flatMap(([consentId, cause]) =>
    resting
      .filter(({ consent, drafted }) => consent === consentId && BigInt(drafted) < cause.position)
      .map((found) => ({ cause, target: found.referral, command: { witnessId: found.witness, consentId } })),
  );
}

export const withdrawnConsents: ProcessManager = processManager({
  name: 'withdrawn_consents',
  shape: shapeOf(1),
  types: typesOf(handlers),
  issues: flagWithdrawnConsent,
  readsBy: ['referrals_witnesses_idx'],
  tasksOf,
  migrations: [
    {
      name: 'WithdrawnConsents1795000000030',
      sql: `${tasksTable}
-- Consents to share what was said, and the referrals that hand on what a witness said; recipients by the form in which
-- names are compared.
CREATE TABLE consents (
  id uuid PRIMARY KEY,
  witness_id uuid NOT NULL,
  recipient text NOT NULL
);
CREATE TABLE referrals (
  id uuid PRIMARY KEY,
  -- Of the draft.
  position bigint NOT NULL,
  recipient text NOT NULL,
  witnesses uuid[] NOT NULL
);
CREATE INDEX ON referrals USING gin (witnesses);`,
    },
  ],
});
