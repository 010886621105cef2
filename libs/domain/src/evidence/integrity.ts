import { type Static, Type } from 'typebox';
import type { DeepReadonly } from '#event-sourcing';
import { request, requested } from '../approval.js';
import {
  type BreachKind,
  breachKind,
  type contentBreach,
  contentBreaches,
  integrityOccasion,
  resolutionOutcome,
  type ResolutionOutcome,
  sealBreaches,
} from '../value-lists.js';
import { byteLength, count, digest, type Digest, id, instant, object, text } from '../values.js';
import { seal } from './acquisition.js';

/** What should have been there, or was. */
export const measured = object({
  digest: Type.Optional(digest),
  length: Type.Optional(byteLength),
  seal: Type.Optional(seal),
});
export type Measured = DeepReadonly<Static<typeof measured>>;

/** How stored bytes are not what they should be; what was there instead, as far as there was anything to measure. */
export interface FoundBreach {
  readonly kind: Static<typeof contentBreach>;
  readonly found?: Digest;
  readonly foundLength?: number;
}

/** What hashing the stored bytes finds. */
export type ContentFinding =
  { readonly intact: true } | { readonly intact: false; readonly breach: FoundBreach };

export const breach = {
  /** The working copy it is a breach of; absent for the item itself. */
  copyId: Type.Optional(id),
  by: integrityOccasion,
  kind: breachKind,
  expected: measured,
  found: measured,
  checkedAt: instant,
};

/** Breaches as the item's state holds them, by breach id; one that was resolved stays. */
export const breaches = Type.Record(
  id,
  object({
    ...breach,
    /** How two people resolved it, and how many rulings on the item had been entered by then. */
    resolved: Type.Optional(object({ outcome: resolutionOutcome, rulings: count })),
  }),
);
type Breached = DeepReadonly<{ breaches: Static<typeof breaches> }>;
export type Breach = DeepReadonly<Static<typeof breaches>[string]>;

/** Whether the stored bytes are not what they should be, rather than a seal or what somebody stated. */
export const isOfContent = ({ kind }: Pick<Breach, 'kind'>): boolean =>
  contentBreaches.some((known) => known === kind);

/** What two people decide on the breaches of an item, or of a working copy of it. */
export const resolution = {
  copyId: Type.Optional(id),
  outcome: resolutionOutcome,
  /** The seal that closes the item now. */
  seal: Type.Optional(seal),
  reason: text(4000),
};
export const resolutionRequested = object({ ...request, ...resolution });
export const resolutionRequest = object({ ...requested, ...resolution });

/**
 * Whether a breach waits for two people to resolve it: of the item itself, or of the working copy that is named. A
 * breach of a copy puts the copy in quarantine and nothing else: the original is what it was.
 */
export function isQuarantined(item: Breached, copyId?: string): boolean {
  return breachesOf(item, copyId).some(([, { resolved }]) => resolved === undefined);
}

/** The breaches that were acknowledged and never put right. */
export function acknowledgedBreaches(item: Breached, copyId?: string): Breach[] {
  return breachesOf(item, copyId)
    .map(([, found]) => found)
    .filter(({ resolved }) => resolved?.outcome === 'acknowledged');
}

const settledKinds: Readonly<Record<ResolutionOutcome, readonly BreachKind[] | undefined>> = {
  restored: [...contentBreaches, 'statedDigest'],
  resealed: sealBreaches,
  acknowledged: undefined,
};

/**
 * The breaches that an outcome settles, by id. What was only acknowledged can still be put right, when the content
 * turns up in another archive for instance.
 */
export function settledBy(
  item: Breached,
  { copyId, outcome }: { readonly copyId?: string | undefined; readonly outcome: ResolutionOutcome },
): Record<string, Breach> {
  const kinds = settledKinds[outcome];
  return Object.fromEntries(
    breachesOf(item, copyId).filter(([, { kind, resolved }]) =>
      kinds === undefined
        ? resolved === undefined
        : kinds.includes(kind) && (resolved === undefined || resolved.outcome === 'acknowledged'),
    ),
  );
}

/** Of the item itself, or of the working copy that is named. */
export function breachesOf({ breaches: all }: Breached, copyId: string | undefined): [string, Breach][] {
  return Object.entries(all).filter(([, found]) => found.copyId === copyId);
}
