import { Clear } from '#event-sourcing';
import { nothingGiven, sealedSample } from '#event-sourcing/testing';
import { examples } from '../examples.js';
import { somebody } from '../testing/witness.js';
import { pseudonymFrom } from './pseudonym.js';
import { registerWitness } from './register-witness.js';
import { WitnessRegistered } from './witness.js';

const pseudonym: string = expect.stringMatching(/^W-[0-9A-HJKMNP-TV-Z]{8}$/);

test('a witness is registered under a pseudonym, and what says who it is only sealed', async () => {
  await nothingGiven
    .when(registerWitness, { identity: somebody })
    .then(WitnessRegistered({ pseudonym, identity: sealedSample }));
  const { identity, contact, aliases, origin } = examples.RegisterWitness;
  await nothingGiven
    .when(registerWitness, {
      identity: new Clear(identity),
      contact: new Clear(contact),
      aliases: new Clear(aliases),
      origin,
    })
    .then(
      WitnessRegistered({
        pseudonym,
        identity: sealedSample,
        contact: sealedSample,
        aliases: sealedSample,
        origin,
      }),
    );
});

test('two registrations of one person have nothing in common', () => {
  const drawn = Array.from({ length: 1000 }, () => pseudonymFrom(crypto.randomUUID()));
  expect(new Set(drawn).size).toBe(drawn.length);
  expect(drawn.filter((one) => !/^W-[0-9A-HJKMNP-TV-Z]{8}$/.test(one))).toEqual([]);
});

test('the forty bits of a pseudonym are those of the random UUID that come first', () => {
  expect(pseudonymFrom('00000000-0000-4000-8000-000000000000')).toBe('W-00000000');
  expect(pseudonymFrom('ffffffff-ff00-4000-8000-000000000000')).toBe('W-ZZZZZZZZ');
  expect(pseudonymFrom('00000000-01ff-4fff-8fff-ffffffffffff')).toBe('W-10000000');
});

test.each([
  ['without a name', { identity: new Clear({ fullName: ' ' }) }, '/identity/fullName'],
  [
    'with a birthday that is none',
    { identity: new Clear({ fullName: 'Example Person', dateOfBirth: 'May 1990' }) },
    '/identity/dateOfBirth',
  ],
])('nobody is registered %s', (_, fields, pointer) =>
  nothingGiven.when(registerWitness, fields).invalid(pointer),
);
