import { given, moment } from '#event-sourcing/testing';
import { sampleId } from '../testing/samples.js';
import { consented, consentId, registeredWitness } from '../testing/witness.js';
import { ConsentWithdrawn, witness } from './witness.js';
import { withdrawConsent } from './withdraw-consent.js';

test('a consent can be taken back at any time, with a reason or without', async () => {
  await given(witness, registeredWitness, consented())
    .when(withdrawConsent, { consentId })
    .then(ConsentWithdrawn({ consentId, withdrawnAt: moment }));
  await given(witness, registeredWitness, consented({ until: '2025-02-21' }))
    .when(withdrawConsent, { consentId, reason: 'Fear for the family' })
    .then(ConsentWithdrawn({ consentId, reason: 'Fear for the family', withdrawnAt: moment }));
});

test('once withdrawn it is withdrawn', () =>
  given(witness, registeredWitness, consented(), ConsentWithdrawn({ consentId, withdrawnAt: moment }))
    .when(withdrawConsent, { consentId, reason: 'Another' })
    .nothing());

test('only a consent that is there', () =>
  given(witness, registeredWitness, consented())
    .when(withdrawConsent, { consentId: sampleId('another') })
    .refused('consent-unknown'));
