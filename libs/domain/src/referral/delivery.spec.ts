import { broken, type DomainEvent } from '#event-sourcing';
import { moment } from '#event-sourcing/testing';
import {
  drafted,
  flagged,
  histories,
  referralAfter,
  referred,
  statesOf,
} from '../../../../test/support/handover.js';
import { IdentityErased } from '../witness/witness.js';
import { sampleId } from '../testing/samples.js';
import { deliveryRules } from './delivery.js';
import { ReferralDeclined, ReturnRequested } from './referral.js';

const sent = [drafted(), referred];
const rulesAfter = (...events: readonly DomainEvent[]) =>
  broken(...deliveryRules(referralAfter(...events), statesOf(), moment));

test('what was transmitted is delivered, also once more', () => {
  expect(rulesAfter(...sent)).toEqual([]);
});

test('what was not transmitted is not, nor what its recipient declined or was asked to give back', () => {
  expect(rulesAfter(drafted())).toEqual(['referral-not-transmitted']);
  expect(rulesAfter(...sent, ReferralDeclined({ reason: 'No capacity', irregularities: [] }))).toEqual([
    'referral-declined',
  ]);
  expect(rulesAfter(...sent, ReturnRequested({ reason: 'The law changed' }))).toEqual([
    'referral-return-requested',
  ]);
});

test('while a flag is open it is held back', () => {
  expect(rulesAfter(...sent, flagged)).toEqual(['referral-flagged']);
});

test('what was put on record since keeps it from its recipient, whoever won the race', () => {
  const erased = IdentityErased({ requestId: sampleId('erasure'), reason: 'Asked for' });
  const states = statesOf({ ...histories, person: [...histories.person, erased] });
  expect(broken(...deliveryRules(referralAfter(...sent), states, moment))).toEqual(['transmission-blocked']);
});
