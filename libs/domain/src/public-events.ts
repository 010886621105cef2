import { type DomainEvent, idOf, trust } from '#event-sourcing';
import { aggregates } from './aggregates.js';
import type { AllegationFiled } from './allegation/allegation.js';
import type { EvidenceRegistered, EvidenceRestricted, RestrictionLifted } from './evidence/evidence.js';
import { leavesToAll, publicData, streamsNamed } from './public-form.js';

/** Which events others may consume, from the public topics or over HTTP, and what of them they get. */

/** The kinds of streams of which anything leaves to all; each has a public topic. */
export const publicCategories: readonly string[] = aggregates
  .filter(({ events }) => events.definitions.some(({ type }) => leavesToAll(type)))
  .map(({ category }) => category);

/** An event in its newest shape, and where it was recorded. */
export type EventOfStream = DomainEvent & { readonly stream: string };

/** A demand of a provider that keeps a stream from all, put on or lifted. */
export interface RestrictionChange {
  readonly stream: string;
  readonly restrictionId: string;
  readonly restricts: boolean;
}

type Restricting = ReturnType<
  typeof AllegationFiled | typeof EvidenceRegistered | typeof EvidenceRestricted | typeof RestrictionLifted
>;

/**
 * What an event does to the restrictions that keep a stream from all. Of whatever kind: `permits` names recipients, and
 * none of them is everybody. A stream is restricted while any is in force; its working copies are in the same stream.
 */
export function restrictionChange(event: EventOfStream): RestrictionChange[] {
  const { stream } = event;
  // The type says which shape the data had to have when it was stored.
  const { type, data } = trust<Restricting>(event);
  switch (type) {
    case 'AllegationFiled':
      // They came with the account, have no ids and are never lifted: so they count as one, under the account's id.
      return data.restrictions.length === 0 ? [] : [{ stream, restrictionId: idOf(stream), restricts: true }];
    case 'EvidenceRegistered':
      return data.restrictions.map(({ restrictionId }) => ({ stream, restrictionId, restricts: true }));
    case 'EvidenceRestricted':
      return [{ stream, restrictionId: data.restrictionId, restricts: true }];
    case 'RestrictionLifted':
      return [{ stream, restrictionId: data.restrictionId, restricts: false }];
    default:
      return [];
  }
}

/** What decides, beside the event itself, whether it stays. */
export interface Withholding {
  /** Of its metadata. */
  readonly compartments: readonly string[];
  /** Whether any restriction on the stream is in force, as far as is known, and at least up to this event. */
  readonly isRestricted: (stream: string) => boolean;
}

/**
 * The data of an event as anybody may have it; `undefined` when it stays: all of a type that does not leave, whatever is
 * in a compartment, whatever puts a restriction on a stream, and whatever is of a restricted stream or names one.
 */
export function publicEventData(
  event: EventOfStream,
  { compartments, isRestricted }: Withholding,
): Record<string, unknown> | undefined {
  if (!leavesToAll(event.type) || compartments.length > 0) return undefined;
  if (restrictionChange(event).some(({ restricts }) => restricts)) return undefined;
  if (streamsTold(event).some(isRestricted)) return undefined;
  return publicData(event, 'all');
}

/** The streams that an event says something about: its own, and those that it names. */
export function streamsTold(event: EventOfStream): string[] {
  return [event.stream, ...streamsNamed(event)];
}
