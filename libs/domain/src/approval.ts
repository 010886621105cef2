import { type Static, Type } from 'typebox';
import { type Context, digestOf, type Guard } from '#event-sourcing';
import { isSamePerson, who, whoIs } from './person.js';
import { guard, type RefusalCode } from './refusals.js';
import { id, instant, object, reviewedDigest, subject } from './values.js';

/**
 * Approval by a second person. Request… records the digest of the material fields that the use case declares,
 * Approve… names the request and the digest that its author reviewed. So an approval binds what was read, not a
 * revision: a change to anything else does not make it lapse, a change to a material field does.
 */

/** What every …Requested event says beside what is asked. Who asks is the event's actor. */
export const request = { requestId: id, digest: reviewedDigest, expiresAt: instant };

/** A request as a state holds it, by request id. */
export const requested = {
  digest: reviewedDigest,
  expiresAt: instant,
  requestedBy: who,
  /** Present once it was approved: the same approval again then changes nothing. */
  approvedBy: Type.Optional(subject),
};

const Requested = object(requested);
export type Requested = Readonly<Static<typeof Requested>>;

/** How long a request can be approved. */
export const approvalDays = 30;
const dayMs = 86_400_000;

/** The members of `request` for a …Requested event, over the material fields as they are now. */
export function newRequest(
  material: unknown,
  context: Pick<Context, 'now' | 'newId'>,
): { requestId: string; digest: string; expiresAt: string } {
  return {
    requestId: context.newId('request'),
    digest: digestOf(material),
    expiresAt: afterDays(context.now, approvalDays),
  };
}

/** The instant that many days later. */
export function afterDays(now: string, days: number): string {
  return new Date(Date.parse(now) + days * dayMs).toISOString();
}

/** Whether one of the requests waits for the same thing: asking again then decides nothing. */
export function isPending(
  requests: Readonly<Record<string, Requested>>,
  material: unknown,
  { now }: Pick<Context, 'now'>,
): boolean {
  const digest = digestOf(material);
  return Object.values(requests).some(
    (asked) => asked.digest === digest && asked.approvedBy === undefined && !isExpired(asked, now),
  );
}

/**
 * What must hold for an approval of a request that is not approved yet, in the order to be told. `reviewed` is the
 * digest the approver names, `material` the fields the use case declares, as they are now.
 */
export function approvalGuards(
  asked: Requested,
  reviewed: string,
  material: unknown,
  { actor, now }: Pick<Context, 'actor' | 'now'>,
): Guard<RefusalCode>[] {
  const digest = digestOf(material);
  return [
    guard('same-person', !isSamePerson(asked.requestedBy, whoIs(actor))),
    guard('approval-expired', !isExpired(asked, now), asked.expiresAt),
    guard('approval-lapsed', asked.digest === digest && reviewed === digest),
  ];
}

function isExpired({ expiresAt }: Requested, now: string): boolean {
  return Date.parse(expiresAt) <= Date.parse(now);
}

interface Approvable {
  approvedBy?: string;
}

/** Of the requests about one thing only the newest can be approved: the earlier ones go. Those approved stay. */
export function supersede<R extends Approvable>(
  requests: Record<string, R>,
  isAbout: (request: R) => boolean,
): void {
  for (const [requestId, asked] of Object.entries(requests))
    if (asked.approvedBy === undefined && isAbout(asked)) delete requests[requestId];
}

/** Notes who approved a request, in a state that holds it; without one, nothing had to be approved. */
export function markApproved(
  requests: Record<string, Approvable>,
  requestId: string | undefined,
  approvedBy: string,
): void {
  const asked = requestId === undefined ? undefined : requests[requestId];
  if (asked) asked.approvedBy = approvedBy;
}
