import { given } from '#event-sourcing/testing';
import type { RiskLevel } from '../value-lists.js';
import { registeredWitness } from '../testing/witness.js';
import { liftProtection } from './lift-protection.js';
import { ProtectionLifted, ProtectionOrdered, RiskAssessed, witness } from './witness.js';

const ordered = ProtectionOrdered({ level: 'basic', measures: ['pseudonym'] });
const at = (level: RiskLevel) =>
  RiskAssessed({ level, threats: [], assessedOn: '2025-02-27', reviewBy: '2025-04-01' });
const lifting = { reason: 'The trial is over' };

test('protection ends where the risk does not call for it', async () => {
  await given(witness, registeredWitness, ordered)
    .when(liftProtection, lifting)
    .then(ProtectionLifted(lifting));
  await given(witness, registeredWitness, at('extreme'), ordered, at('moderate'))
    .when(liftProtection, lifting)
    .then(ProtectionLifted(lifting));
});

test('at a high risk it ends only because the witness wants none', async () => {
  for (const level of ['high', 'extreme'] as const) {
    const history = given(witness, registeredWitness, ordered, at(level));
    await history.when(liftProtection, lifting).refused('protection-still-needed');
    const wish = { ...lifting, atWitnessWish: true };
    await history.when(liftProtection, wish).then(ProtectionLifted(wish));
  }
});

test('where there is none, nothing changes', () =>
  given(witness, registeredWitness, at('high')).when(liftProtection, lifting).nothing());
