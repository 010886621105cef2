import { Clear } from '#event-sourcing';
import { given, sealedSample } from '#event-sourcing/testing';
import { requestId } from '../testing/case.js';
import { registeredWitness, somebody, witnessAfter } from '../testing/witness.js';
import { reviseIdentity } from './revise-identity.js';
import { IdentityErased, IdentityRevised, sealedRevision, witness } from './witness.js';

const reason = 'The passport was seen';
const erased = IdentityErased({ requestId, reason: 'At the wish of the witness' });

test('what is known better is sealed anew', () =>
  given(witness, registeredWitness)
    .when(reviseIdentity, { identity: somebody, aliases: new Clear(['The example']), reason })
    .then(IdentityRevised({ identity: sealedSample, aliases: sealedSample, reason })));

test('the state says in which revision each field is, and holds nothing of it', () => {
  const state = witnessAfter(registeredWitness, IdentityRevised({ contact: sealedSample, reason }));
  expect(state.sealed).toEqual({ identity: { revision: 0 }, contact: { revision: 1 } });
  expect(sealedRevision(state, 'contact')).toBe(1);
  expect(sealedRevision(state, 'aliases')).toBeUndefined();
  expect(JSON.stringify(state)).not.toContain(sealedSample.ciphertext);
});

test('something has to be revised', () =>
  given(witness, registeredWitness).when(reviseIdentity, { reason }).invalid('/reason'));

test('an identity that was erased does not come back', () =>
  given(witness, registeredWitness, erased)
    .when(reviseIdentity, { identity: somebody, reason })
    .refused('identity-erased'));
