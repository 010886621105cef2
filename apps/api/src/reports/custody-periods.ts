import { type Static, Type } from 'typebox';
import {
  dayOrInstant,
  type Evidence,
  type evidence,
  instant,
  isBefore,
  type Offer,
  openOffer,
  personOf,
  text,
} from '#domain';
import type { Actor, DeepReadonly } from '#event-sourcing';

/** Who answered for an item from when to when. */
export const custodyPeriod = Type.Object(
  {
    holder: Type.Object(
      { kind: Type.Enum(['staff', 'organisation', 'person', 'described']), name: text(1000) },
      { additionalProperties: false },
    ),
    from: Type.Optional(dayOrInstant),
    until: Type.Optional(dayOrInstant),
    /** `stated` by whoever registered the item; `recorded` here when it happened. */
    basis: Type.Enum(['stated', 'recorded']),
  },
  { additionalProperties: false },
);
export type CustodyPeriod = DeepReadonly<Static<typeof custodyPeriod>>;

const gapKinds = [
  /** Nothing is stated about who had the item before it came to us. */
  'originUnknown',
  /** A holder is stated without when the item came or went. */
  'timeUnknown',
  /** Nobody is stated for a time. */
  'nobodyStated',
  /** Two are stated for the same time. */
  'overlap',
  /** It was acquired well before it was registered. */
  'registeredLate',
  /** A handover was put on record well after it happened. */
  'recordedLate',
  /** An offer of custody waits for longer than it should. */
  'offerOverdue',
] as const;

export const gap = Type.Object(
  {
    kind: Type.Enum([...gapKinds]),
    says: Type.String(),
    from: Type.Optional(dayOrInstant),
    until: Type.Optional(Type.Union([dayOrInstant, instant])),
  },
  { additionalProperties: false },
);
export type Gap = DeepReadonly<Static<typeof gap>>;

/** An event of an item, in the newest shape of its type. */
export type EvidenceEvent = Parameters<typeof evidence.evolve>[1];

/** An event as it was recorded. */
export interface Taken {
  readonly recordedAt: string;
  readonly actor: Actor;
  readonly event: EvidenceEvent;
}

type Item = DeepReadonly<Evidence>;

/** Later than this is late: what happened in the field is on record by the next day. */
const promptMs = 24 * 3_600_000;

/** First the holders that were stated, then whoever acquired the item, then everybody who took it over here. */
export function periodsOf(item: Item, events: readonly Taken[]): CustodyPeriod[] {
  const { priorCustody, operatorId, acquiredAt } = item.acquisition;
  const registeredAt = events[0]?.recordedAt;
  const stated = priorCustody.map(({ organisation, personId, note, from, until }): CustodyPeriod => ({
    holder:
      organisation !== undefined
        ? { kind: 'organisation', name: organisation }
        : personId !== undefined
          ? { kind: 'person', name: personId }
          : { kind: 'described', name: note ?? '' },
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
    basis: 'stated',
  }));
  const acquirer: CustodyPeriod = {
    holder: { kind: 'person', name: operatorId },
    from: acquiredAt,
    ...(registeredAt === undefined ? {} : { until: registeredAt }),
    basis: 'stated',
  };
  return [...stated, acquirer, ...recordedPeriods(events)];
}

/** Everybody who had custody here, each until the next one took it. */
function recordedPeriods(events: readonly Taken[]): CustodyPeriod[] {
  const starts = events.flatMap(({ event, actor, recordedAt }): CustodyPeriod[] => {
    if (event.type === 'EvidenceRegistered')
      return [{ holder: { kind: 'staff', name: personOf(actor) }, from: recordedAt, basis: 'recorded' }];
    if (event.type !== 'CustodyAccepted') return [];
    const { to, handedOverAt = recordedAt } = event.data;
    const name = to.kind === 'staff' ? to.subject : to.organisation;
    return [{ holder: { kind: to.kind, name }, from: handedOverAt, basis: 'recorded' }];
  });
  return starts.map((period, index) => {
    const until = starts[index + 1]?.from;
    return until === undefined ? period : { ...period, until };
  });
}

/** What the periods do not tell, or tell twice. A gap is no fault by itself: it is what will be asked about. */
export function gapsIn(
  item: Item,
  periods: readonly CustodyPeriod[],
  events: readonly Taken[],
  now: string,
): Gap[] {
  const offer = openOffer(item);
  return [
    ...originOf(item),
    ...periods.flatMap((period, index) => [
      ...undated(period, index === 0),
      ...between(period, periods[index + 1]),
    ]),
    ...lateRecords(item, events),
    ...(offer === undefined ? [] : overdue(offer, now)),
  ];
}

const madeByUs = ['ownRecording', 'onlineCapture', 'download', 'collectionInField', 'interception'];

function originOf({ acquisition: { method, priorCustody, acquiredAt } }: Item): Gap[] {
  if (priorCustody.length > 0 || madeByUs.includes(method)) return [];
  return [
    {
      kind: 'originUnknown',
      says: 'Nothing is stated about who had it before it was acquired.',
      until: acquiredAt,
    },
  ];
}

function undated({ holder: { name }, from, until }: CustodyPeriod, isFirst: boolean): Gap[] {
  if (from === undefined && (until === undefined || !isFirst))
    return [{ kind: 'timeUnknown', says: `It is not stated since when ${name} had it.` }];
  return [];
}

function between(one: CustodyPeriod, next: CustodyPeriod | undefined): Gap[] {
  if (next?.from === undefined) return [];
  const [held, came] = [one.holder.name, next.holder.name];
  if (one.until === undefined)
    return [{ kind: 'timeUnknown', says: `It is not stated until when ${held} had it.`, until: next.from }];
  if (isBefore(one.until, next.from))
    return [
      {
        kind: 'nobodyStated',
        says: `Nobody is stated between ${held} and ${came}.`,
        from: one.until,
        until: next.from,
      },
    ];
  if (isBefore(next.from, one.until))
    return [
      {
        kind: 'overlap',
        says: `${held} and ${came} are stated for the same time.`,
        from: next.from,
        until: one.until,
      },
    ];
  return [];
}

function lateRecords({ acquisition: { acquiredAt } }: Item, events: readonly Taken[]): Gap[] {
  return events.flatMap(({ event, recordedAt }): Gap[] => {
    if (event.type === 'EvidenceRegistered' && isLate(acquiredAt, recordedAt))
      return [
        {
          kind: 'registeredLate',
          says: 'It was registered more than a day after it was acquired.',
          from: acquiredAt,
          until: recordedAt,
        },
      ];
    if (event.type !== 'CustodyAccepted' || !isLate(event.data.handedOverAt ?? recordedAt, recordedAt))
      return [];
    return [
      {
        kind: 'recordedLate',
        says: 'A handover was put on record more than a day after it happened.',
        from: event.data.handedOverAt ?? recordedAt,
        until: recordedAt,
      },
    ];
  });
}

/** A day alone may mean its last moment. */
function isLate(happened: string, recorded: string): boolean {
  const latest = happened.includes('T') ? happened : `${happened}T23:59:59.999Z`;
  return Date.parse(recorded) - Date.parse(latest) > promptMs;
}

function overdue({ expectedBy, offeredAt }: Offer, now: string): Gap[] {
  if (expectedBy === undefined || !isBefore(expectedBy, now)) return [];
  return [
    {
      kind: 'offerOverdue',
      says: 'An offer of custody should have been settled.',
      from: offeredAt,
      until: now,
    },
  ];
}
