import { type Static, Type } from 'typebox';
import { broken, decision, demand, type DeepReadonly, Field, type Guard } from '#event-sourcing';
import { isBefore } from '../before.js';
import { guard, refuse, type RefusalCode } from '../refusals.js';
import { isSame, isSameName } from '../same.js';
import type { BreachKind } from '../value-lists.js';
import { type Digest, type Id, id, text } from '../values.js';
import { seal } from './acquisition.js';
import { digests } from './content.js';
import { contentCheck, eventsOfFinding, isKnownBreach } from './content-check.js';
import { acceptance, type Offer } from './custody.js';
import { CustodyAccepted, type Evidence, evidence, IntegrityBreachDetected } from './evidence.js';
import { isNotOfferer, isRecipient } from './guards.js';
import type { Measured } from './integrity.js';

const { place, handedOverAt } = acceptance;

/**
 * Takes the item over, as it was when it was handed over. For an organisation, which does not sign in, somebody of our
 * staff records it on the strength of its receipt: somebody else than whoever made the offer.
 */
export class AcceptCustody {
  @Field(id) readonly offerId!: Id;
  /** The seal as it was found; stated of every item that has one. */
  @Field(Type.Optional(seal)) readonly seal?: Static<typeof seal>;
  /** Digests that the recipient computed, where it did. */
  @Field(Type.Optional(digests), (stated) => {
    const algorithms = new Set(stated?.map(({ algorithm }) => algorithm));
    return algorithms.size < (stated?.length ?? 0) ? 'one digest for each algorithm' : undefined;
  })
  readonly digests?: Digest[];
  /** Where the item is kept from now on. */
  @Field(Type.Optional(place)) readonly place?: Static<typeof place>;
  @Field(Type.Optional(handedOverAt)) readonly handedOverAt?: Static<typeof handedOverAt>;
  /** Where the organisation's receipt is kept, or its number. */
  @Field(Type.Optional(text(1000))) readonly receipt?: string;
}

type Item = DeepReadonly<Evidence>;

/**
 * Custody passes also where something is found wrong, and where the item is in quarantine: the item is where it is, and
 * a chain that names another custodian than whoever holds it would be false. What is wrong is recorded in the same
 * append, so nobody ever sees the item handed over and not in quarantine. An offer is settled once: of accepting,
 * refusing and withdrawing at one time the first is recorded.
 */
export const acceptCustody = decision(evidence, AcceptCustody, {
  sensitive: true,
  observes: (state, { offerId }, actor) => {
    const offer = state.offers[offerId];
    const isTaken = offer?.outcome === undefined && offer !== undefined && isRecipient(offer, actor).holds;
    return { finding: isTaken && state.content ? contentCheck(state.content) : undefined };
  },
  decide: (state, command, { finding, ...context }) => {
    const { offerId, ...stated } = command;
    const offer = state.offers[offerId] ?? refuse('offer-unknown', offerId);
    demand(isRecipient(offer, context.actor));
    if (offer.outcome === 'accepted') return [];
    demand(
      guard('offer-settled', offer.outcome === undefined, offer.outcome),
      isNotOfferer(offer, context.actor),
      guard('receipt-missing', offer.to.kind === 'staff' || command.receipt !== undefined),
      guard('seal-not-stated', state.seal === undefined || command.seal !== undefined, state.seal?.number),
    );
    const { now, newId } = context;
    return [
      CustodyAccepted({
        offerId,
        from: { ...offer.from },
        to: { ...offer.to },
        ...stated,
        content: finding ? 'rehashed' : comparable(state, command).length > 0 ? 'stated' : 'none',
        irregularities: broken(...rules(state, offer, command, now)),
      }),
      ...statedBreaches(state, command)
        .filter(([kind, , found]) => !isKnownBreach(state, undefined, kind, found))
        .map(([kind, expected, found]) =>
          IntegrityBreachDetected({
            breachId: newId(`breach ${kind}`),
            by: 'custody',
            kind,
            expected: { ...expected },
            found: { ...found },
            checkedAt: now,
          }),
        ),
      ...(finding ? eventsOfFinding(state, { by: 'custody' }, finding, context) : []),
    ];
  },
});

/** The handover happened, so what is odd about its time, or missing from its record, is noted rather than refused. */
function rules(
  state: Item,
  { from, to, offeredAt }: Offer,
  command: AcceptCustody,
  now: string,
): Guard<RefusalCode>[] {
  const { handedOverAt: at } = command;
  const isOutside = from.kind === 'organisation' || to.kind === 'organisation';
  const isKnown = state.content !== undefined || comparable(state, command).length > 0;
  return [
    guard('date-in-future', at === undefined || !isBefore(now, at), at),
    guard('handover-before-offer', at === undefined || !isBefore(at, offeredAt), at),
    guard('digest-not-stated', !isOutside || state.digests.length === 0 || isKnown),
  ];
}

/** The stated digests that the registered ones can be compared with, each with its own. */
function comparable({ digests: known }: Item, { digests: stated = [] }: AcceptCustody) {
  return stated.flatMap((found) => {
    const expected = known.find(({ algorithm }) => algorithm === found.algorithm);
    return expected ? [{ expected: { ...expected }, found }] : [];
  });
}

type StatedBreach = readonly [kind: BreachKind, expected: Measured, found: Measured];

/** What the recipient states that is not as it should be. A seal that was on record as broken is no news. */
function statedBreaches(state: Item, command: AcceptCustody): StatedBreach[] {
  const expected: Measured = state.seal ? { seal: { ...state.seal } } : {};
  const { seal: found } = command;
  const differing = comparable(state, command).find((pair) => !isSame(pair.expected, pair.found));
  const breaches: StatedBreach[] = [];
  if (found && state.seal && !isSameName(found.number, state.seal.number))
    breaches.push(['sealNumber', expected, { seal: found }]);
  if (found && found.condition !== 'intact' && found.condition !== state.seal?.condition)
    breaches.push([found.condition === 'broken' ? 'sealBroken' : 'sealAbsent', expected, { seal: found }]);
  if (differing) breaches.push(['statedDigest', { digest: differing.expected }, { digest: differing.found }]);
  return breaches;
}
