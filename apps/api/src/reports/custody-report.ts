import { type Static, type TSchema, Type } from 'typebox';
import {
  custodianFrom,
  dayOrInstant,
  type Evidence,
  Evidence as EvidenceSchema,
  id,
  instant,
  irregularities,
  type Offer,
  openOffer,
  text,
} from '#domain';
import type { DeepReadonly } from '#event-sourcing';
import { custodyPeriod, gap, gapsIn, periodsOf, type Taken } from './custody-periods.js';

/** The chain of custody of one item, as it can be put before a court: ISO/IEC 27037, 6.1; Berkeley Protocol, VI.C. */

const closed = <P extends Record<string, TSchema>>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });

const shown = EvidenceSchema.properties;
const revision = Type.Integer({ minimum: 0 });

/** One thing that was recorded of the item. */
const entry = closed({
  revision,
  eventId: id,
  type: Type.String(),
  /** What it says, in a sentence. */
  says: Type.String(),
  recordedAt: instant,
  /** When it happened, where that is known and another time than when it was recorded. */
  occurredAt: Type.Optional(dayOrInstant),
  by: Type.String(),
  onBehalfOf: Type.Optional(Type.String()),
  /** All that was recorded, digests, seals and places among it. */
  data: Type.Object({}),
  irregularities: Type.Optional(irregularities),
});

export const custodyReport = closed({
  id,
  revision,
  /** The report is of the log up to here. */
  position: Type.String(),
  generatedAt: instant,
  generatedFor: Type.String(),
  exhibitNumber: shown.exhibitNumber,
  description: shown.description,
  form: shown.form,
  kind: shown.kind,
  digests: shown.digests,
  seal: shown.seal,
  sealed: shown.sealed,
  content: shown.content,
  integrity: shown.integrity,
  breaches: shown.breaches,
  copies: shown.copies,
  custodian: shown.custodian,
  /** An offer that nobody has accepted, refused or withdrawn. */
  openOffer: Type.Optional(
    closed({
      to: shown.custodian,
      purpose: text(1000),
      offeredAt: instant,
      expectedBy: Type.Optional(dayOrInstant),
    }),
  ),
  /** Who answered for it from when to when, first what others stated, then what was recorded here. */
  periods: Type.Array(custodyPeriod),
  /** What the periods leave open. */
  gaps: Type.Array(gap),
  entries: Type.Array(entry),
});
export type CustodyReport = DeepReadonly<Static<typeof custodyReport>>;
export type CustodyEntry = DeepReadonly<Static<typeof entry>>;

/** A recorded event of the item, with the sentence that it makes. */
export interface Recorded extends Taken {
  readonly revision: number;
  readonly eventId: string;
  readonly line: { readonly text: string; readonly occurredAt?: string | undefined };
}

export interface ReportOn {
  readonly id: string;
  readonly item: DeepReadonly<Evidence>;
  /** All of them, oldest first. */
  readonly events: readonly Recorded[];
  readonly position: bigint;
  readonly now: string;
  readonly generatedFor: string;
}

export function custodyReportOn({
  id: of,
  item,
  events,
  position,
  now,
  generatedFor,
}: ReportOn): CustodyReport {
  const offer = openOffer(item);
  const periods = periodsOf(item, events);
  const { exhibitNumber, description, form, kind, digests, seal, sealed, content } = item;
  const { integrity, breaches, copies, custodian } = item;
  return {
    id: of,
    revision: events.at(-1)?.revision ?? 0,
    position: String(position),
    generatedAt: now,
    generatedFor,
    exhibitNumber,
    form,
    kind,
    digests,
    ...(description === undefined ? {} : { description }),
    ...(seal === undefined ? {} : { seal }),
    ...(sealed === undefined ? {} : { sealed }),
    ...(content === undefined ? {} : { content }),
    integrity,
    breaches,
    copies,
    custodian,
    ...(offer === undefined ? {} : { openOffer: offered(offer) }),
    periods,
    gaps: gapsIn(item, periods, events, now),
    entries: events.map(entryOf),
  };
}

function offered({ to, purpose, offeredAt, expectedBy }: Offer) {
  return { to: custodianFrom(to), purpose, offeredAt, ...(expectedBy === undefined ? {} : { expectedBy }) };
}

function entryOf({ revision: at, eventId, event, recordedAt, actor, line }: Recorded): CustodyEntry {
  const { type, data } = event;
  return {
    revision: at,
    eventId,
    type,
    says: line.text,
    recordedAt,
    ...(line.occurredAt === undefined ? {} : { occurredAt: line.occurredAt }),
    by: actor.subject,
    ...(actor.onBehalfOf === undefined ? {} : { onBehalfOf: actor.onBehalfOf }),
    data,
    ...('irregularities' in data && data.irregularities.length > 0
      ? { irregularities: data.irregularities }
      : {}),
  };
}
