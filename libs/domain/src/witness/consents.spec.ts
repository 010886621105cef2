import { sampleId } from '../testing/samples.js';
import { consented, consentId, registeredWitness, witnessAfter } from '../testing/witness.js';
import {
  consentFor,
  consentsEnding,
  consentsInForce,
  consentsToRenew,
  consentThen,
  ConsentWithdrawn,
} from './witness.js';

const court = 'International Criminal Court';
const sharing = (over: Parameters<typeof consented>[0] = {}) =>
  consented({ recipient: court, purpose: 'sharing', scope: ['statement', 'identity'], ...over });
const wanted = { recipient: court, purpose: 'sharing' as const, at: '2025-03-01T12:00:00Z' };
const withdrawn = ConsentWithdrawn({ consentId, withdrawnAt: '2025-03-05T10:00:00.000Z' });

describe('a consent covers', () => {
  const witness = witnessAfter(registeredWitness, sharing({ until: '2025-03-31' }));

  test('its recipient, however the name is written, and no other', () => {
    expect(consentFor(witness, wanted)?.consentId).toBe(consentId);
    expect(consentFor(witness, { ...wanted, recipient: ' international criminal COURT' })).toBeDefined();
    expect(consentFor(witness, { ...wanted, recipient: 'A national court' })).toBeUndefined();
  });

  test('its purpose and no other', () =>
    expect(consentFor(witness, { ...wanted, purpose: 'testimony' })).toBeUndefined());

  test('its scope, as far as it goes', () => {
    expect(consentFor(witness, { ...wanted, scope: ['identity'] })).toBeDefined();
    expect(consentFor(witness, { ...wanted, scope: ['identity', 'medical'] })).toBeUndefined();
  });

  test('from when it was given to the end of its last day', () => {
    expect(consentFor(witness, { ...wanted, at: '2025-02-20T08:59:59Z' })).toBeUndefined();
    expect(consentFor(witness, { ...wanted, at: '2025-03-31T23:59:59Z' })).toBeDefined();
    expect(consentFor(witness, { ...wanted, at: '2025-04-01' })).toBeUndefined();
  });
});

test('a withdrawn consent covers nothing, and what was done before is covered still', () => {
  const witness = witnessAfter(registeredWitness, sharing(), withdrawn);
  for (const at of ['2025-03-01', '2025-03-05T10:00:00Z', '2025-03-06'])
    expect(consentFor(witness, { ...wanted, at })).toBeUndefined();
  expect(consentThen(witness, { ...wanted, at: '2025-03-05T09:59:59Z' })).toBeDefined();
  expect(consentThen(witness, { ...wanted, at: '2025-03-05' })).toBeUndefined();
});

test('an irregular consent covers nothing', () => {
  const witness = witnessAfter(registeredWitness, sharing({ irregularities: ['consent-withdrawn-since'] }));
  expect(consentFor(witness, wanted)).toBeUndefined();
  expect(consentThen(witness, wanted)).toBeUndefined();
});

test('consents that end are told in time, those that are over or withdrawn are not', () => {
  const soon = sampleId('soon');
  const witness = witnessAfter(
    registeredWitness,
    sharing(),
    sharing({ consentId: soon, until: '2025-03-20' }),
    sharing({ consentId: sampleId('later'), until: '2025-06-30' }),
    sharing({ consentId: sampleId('over'), until: '2025-02-28' }),
    withdrawn,
  );
  const at = '2025-03-01';
  expect(consentsInForce(witness, at)).toHaveLength(2);
  expect(consentsEnding(witness, { at, before: '2025-04-01' }).map((ending) => ending.consentId)).toEqual([
    soon,
  ]);
});

describe('a consent that ends is to be renewed', () => {
  const ending = sharing({ consentId: sampleId('ending'), until: '2025-03-20' });
  const renewedIn = (...given: ReturnType<typeof sharing>[]) =>
    consentsToRenew(witnessAfter(registeredWitness, ...given)).map((consent) => consent.consentId);

  test('unless one for the same goes on longer, or without an end', () => {
    const longer = sharing({ consentId: sampleId('longer'), until: '2025-06-30' });
    expect(renewedIn(ending)).toEqual([sampleId('ending')]);
    expect(renewedIn(ending, longer)).toEqual([sampleId('longer')]);
    expect(renewedIn(ending, longer, sharing({ recipient: court.toUpperCase() }))).toEqual([]);
  });

  test('although another one is for less or for something else, ends no later, or is irregular', () => {
    const others = [
      sharing({ scope: ['statement'] }),
      sharing({ purpose: 'testimony' }),
      sharing({ until: '2025-03-20T10:00:00Z' }),
      sharing({ irregularities: ['consent-withdrawn-since'] }),
    ];
    for (const other of others) expect(renewedIn(ending, other)).toContain(sampleId('ending'));
  });

  test('although a longer one was withdrawn, and not once it is withdrawn itself', () => {
    const renewedAfter = (...given: ReturnType<typeof sharing>[]) =>
      consentsToRenew(witnessAfter(registeredWitness, ...given, withdrawn));
    expect(renewedAfter(ending, sharing())).toHaveLength(1);
    expect(renewedAfter(sharing({ until: '2025-03-20' }))).toEqual([]);
  });
});
