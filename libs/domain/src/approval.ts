import type { Static } from 'typebox';
import { type Actor, digestOf, type Guard } from '#event-sourcing';
import { guard, type RefusalCode } from './refusals.js';
import { id, instant, object, sha256, subject } from './values.js';

/**
 * Approval by a second person. Request… records who asked and the digest of the material fields, Approve… names the
 * request and the digest that its author reviewed. So an approval binds what was read, not a revision: a change to
 * anything else does not make it lapse, a change to a material field does.
 */

/** A request that waits for a second person, as an event and a state hold it. */
export const approvalRequest = object({
  requestId: id,
  requestedBy: subject,
  digest: sha256,
  expiresAt: instant,
});
export type ApprovalRequest = Static<typeof approvalRequest>;

/** What the body of every Approve… names. */
export interface Approval {
  readonly requestId: string;
  readonly digest: string;
}

interface Asking {
  readonly actor: Actor;
  readonly now: string;
}

/** How long a request can be approved. */
export const approvalDays = 30;
const dayMs = 86_400_000;

/** The request to record, over the material fields as they are now. */
export function approvalRequestFor(
  material: unknown,
  { actor, now, newId }: Asking & { newId(label?: string): string },
): ApprovalRequest {
  return {
    requestId: newId('request'),
    requestedBy: actor.subject,
    digest: digestOf(material),
    expiresAt: new Date(Date.parse(now) + approvalDays * dayMs).toISOString(),
  };
}

/** Whether a request still waits: asking again then decides nothing. A lapsed or expired one is replaced. */
export function isPending(request: ApprovalRequest | undefined, material: unknown, now: string): boolean {
  return request !== undefined && !isExpired(request, now) && request.digest === digestOf(material);
}

/**
 * What must hold for an approval, in the order to be told. `material` are the fields the use case declared, as they
 * are now. An Approve… that was carried out must be recognised before these, for it takes its request away.
 */
export function approvalGuards(
  request: ApprovalRequest | undefined,
  approval: Approval,
  material: unknown,
  { actor, now }: Asking,
): Guard<RefusalCode>[] {
  const digest = digestOf(material);
  return [
    guard('approval-unknown', request?.requestId === approval.requestId, approval.requestId),
    guard('same-person', request?.requestedBy !== actor.subject),
    guard('approval-expired', request !== undefined && !isExpired(request, now), request?.expiresAt),
    guard('approval-lapsed', request?.digest === digest && approval.digest === digest),
  ];
}

function isExpired({ expiresAt }: ApprovalRequest, now: string): boolean {
  return Date.parse(expiresAt) <= Date.parse(now);
}
