import type { Guard } from '#event-sourcing';
import { guard, type RefusalCode } from '../refusals.js';
import { firstOf, isNotFlagged, type Referred, wasTransmitted } from './guards.js';
import type { States } from './manifest.js';
import { isNotDeclined } from './recipient-acts.js';
import { transmissionBlocks } from './transmission-blocks.js';

/** Whether nothing keeps a referral from its recipient: asked when it is transmitted, and before each delivery. */
export function nothingBlocks(state: Referred, states: States, now: string): Guard<RefusalCode> {
  const blocks = transmissionBlocks(state, states, now);
  return guard(
    'transmission-blocked',
    blocks.length === 0,
    firstOf(blocks.map(({ stream, reason, detail }) => `${stream} ${reason} (${detail})`)),
  );
}

/**
 * What must hold before the package of a referral is delivered, once or once more. The states are read after the
 * referral's own: what lost a race against the decision to transmit is among them.
 */
export function deliveryRules(state: Referred, states: States, now: string): Guard<RefusalCode>[] {
  return [
    wasTransmitted(state),
    isNotDeclined(state),
    guard('referral-return-requested', state.returnRequests.length === 0),
    nothingBlocks(state, states, now),
    isNotFlagged(state),
  ];
}
