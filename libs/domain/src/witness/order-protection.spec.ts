import { given } from '#event-sourcing/testing';
import { requestId } from '../testing/case.js';
import { registeredWitness } from '../testing/witness.js';
import { orderProtection } from './order-protection.js';
import { IdentityErased, ProtectionLifted, ProtectionOrdered, witness } from './witness.js';

const enhanced = {
  level: 'enhanced' as const,
  measures: ['pseudonym' as const, 'safeContact' as const],
  orderedBy: 'International Criminal Court',
};

test('protection is ordered, and the newest order holds', async () => {
  await given(witness, registeredWitness).when(orderProtection, enhanced).then(ProtectionOrdered(enhanced));
  await given(witness, registeredWitness, ProtectionOrdered(enhanced))
    .when(orderProtection, { ...enhanced, level: 'relocation', until: '2025-03-01' })
    .then(ProtectionOrdered({ ...enhanced, level: 'relocation', until: '2025-03-01' }));
});

test('the same order again changes nothing, unless it was lifted', async () => {
  await given(witness, registeredWitness, ProtectionOrdered(enhanced))
    .when(orderProtection, enhanced)
    .nothing();
  await given(
    witness,
    registeredWitness,
    ProtectionOrdered(enhanced),
    ProtectionLifted({ reason: 'It was safe' }),
  )
    .when(orderProtection, enhanced)
    .then(ProtectionOrdered(enhanced));
});

test('not for a time that is over, and not without a measure', async () => {
  const history = given(witness, registeredWitness);
  await history
    .when(orderProtection, { ...enhanced, until: '2025-02-28' })
    .refused('protection-over-already');
  await history.when(orderProtection, { ...enhanced, measures: [] }).invalid('/measures');
});

test('not for somebody nobody knows any more', () =>
  given(witness, registeredWitness, IdentityErased({ requestId, reason: 'A wish' }))
    .when(orderProtection, enhanced)
    .refused('identity-erased'));
