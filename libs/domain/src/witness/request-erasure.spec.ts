import { derivedId } from '#event-sourcing';
import { by, given } from '#event-sourcing/testing';
import { requestOver } from '../testing/case.js';
import { interviewed, registeredWitness, witnessAfter } from '../testing/witness.js';
import { erasureMaterial, requestErasure } from './request-erasure.js';
import { ErasureRequested, IdentityErased, witness } from './witness.js';

const reason = 'The witness asks for it';
const requestId = derivedId('part', derivedId('test', 'command', 'first'), 'request');
type Event = Parameters<typeof witness.evolve>[1];
const over = (...history: readonly Event[]) => ({
  ...requestOver(erasureMaterial(witnessAfter(...history), reason)),
  requestId,
  reason,
});

test('erasure is asked for', () =>
  given(witness, registeredWitness)
    .when(requestErasure, { reason })
    .then(ErasureRequested(over(registeredWitness))));

test('while the same waits, asking again changes nothing; after something new was said it does', async () => {
  const waiting = ErasureRequested(over(registeredWitness));
  await given(witness, registeredWitness, by('first', waiting)).when(requestErasure, { reason }).nothing();
  await given(witness, registeredWitness, waiting, interviewed())
    .when(requestErasure, { reason })
    .then(ErasureRequested(over(registeredWitness, waiting, interviewed())));
});

test('what is erased is erased', () =>
  given(witness, registeredWitness, IdentityErased({ requestId, reason }))
    .when(requestErasure, { reason })
    .nothing());
