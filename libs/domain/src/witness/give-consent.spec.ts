import { derivedId } from '#event-sourcing';
import { given, moment } from '#event-sourcing/testing';
import { consented, consentId, registeredWitness } from '../testing/witness.js';
import { giveConsent } from './give-consent.js';
import { ConsentGiven, ConsentWithdrawn, witness } from './witness.js';

/** The id that the test's first command gives its consent. */
const newConsentId = derivedId('part', derivedId('test', 'command', 'first'), 'consent');
const sharing = {
  recipient: 'International Criminal Court',
  purpose: 'sharing' as const,
  scope: ['statement' as const, 'identity' as const],
};
const givenNow = { consentId: newConsentId, ...sharing, givenAt: moment, irregularities: [] };
const withdrawn = ConsentWithdrawn({ consentId, withdrawnAt: '2025-02-25T09:00:00.000Z' });

test('a consent is to one purpose, for one recipient, in a scope', async () => {
  await given(witness, registeredWitness).when(giveConsent, sharing).then(ConsentGiven(givenNow));
  const more = { until: '2025-12-31', form: 'written' as const, language: 'en', givenAt: '2025-02-27' };
  await given(witness, registeredWitness)
    .when(giveConsent, { ...sharing, ...more })
    .then(ConsentGiven({ ...givenNow, ...more }));
});

test('the same consent again changes nothing', async () => {
  const history = given(witness, registeredWitness, consented({ ...sharing, givenAt: '2025-02-20' }));
  await history.when(giveConsent, sharing).nothing();
  await history.when(giveConsent, { ...sharing, givenAt: '2025-02-20' }).nothing();
});

test('one that was withdrawn can be given anew, and does not come back by being entered again', async () => {
  const history = given(
    witness,
    registeredWitness,
    consented({ ...sharing, givenAt: '2025-02-20' }),
    withdrawn,
  );
  await history.when(giveConsent, sharing).then(ConsentGiven(givenNow));
  await history.when(giveConsent, { ...sharing, givenAt: '2025-02-20' }).nothing();
  await history
    .when(giveConsent, { ...sharing, givenAt: '2025-02-21' })
    .then(ConsentGiven({ ...givenNow, givenAt: '2025-02-21', irregularities: ['consent-withdrawn-since'] }));
});

test.each([
  ['given in the future', { givenAt: '2025-03-02' }, 'date-in-future'],
  ['over when it was given', { givenAt: '2025-02-27', until: '2025-02-26' }, 'consent-over-when-given'],
])('a consent %s is irregular', (_, times, code) =>
  given(witness, registeredWitness)
    .when(giveConsent, { ...sharing, ...times })
    .then(ConsentGiven({ ...givenNow, ...times, irregularities: [code] })),
);

test('a consent has a scope', () =>
  given(witness, registeredWitness)
    .when(giveConsent, { ...sharing, scope: [] })
    .invalid('/scope'));
