import { inspect } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { canonicalJson, Clear, commandHash, digestOf } from '#event-sourcing';

const name = 'Amina Clear-Text';
const clear = new Clear(name);

test('a clear value is given to whoever reveals it', () => {
  expect(clear.reveal()).toBe(name);
});

test.each([
  ['a text', () => Object.prototype.toString.call(clear)],
  ['JSON.stringify', () => JSON.stringify({ clear, list: [clear] })],
  ['inspect', () => inspect({ clear }, { depth: null, showHidden: true, getters: true })],
  [
    'its members',
    () => JSON.stringify([Object.entries(clear), Reflect.ownKeys(clear), Object.assign({}, clear)]),
  ],
  ['a clone', () => inspect(structuredClone({ clear }), { depth: null, showHidden: true })],
  ['serialize', () => inspect(deserialize(serialize({ clear })))],
  ['the bytes of serialize', () => serialize({ clear }).toString('latin1')],
])('%s shows nothing of it', (_, shown) => {
  expect(shown()).not.toContain('Amina');
});

test('what a command is hashed by does not depend on a clear value in it', () => {
  const command = (value: unknown) => ({
    reference: 'W-17',
    name: new Clear(value),
    others: [new Clear(value)],
  });
  expect(canonicalJson(command(name))).toBe(canonicalJson(command({ other: 'value' })));
  expect(canonicalJson(command(name))).toBe('{"name":{},"others":[{}],"reference":"W-17"}');
  expect(digestOf(command(name))).toBe(digestOf(command('other')));
  const key = Buffer.alloc(32, 1);
  expect(commandHash(key, 'RegisterWitness', command(name))).toBe(
    commandHash(key, 'RegisterWitness', command('other')),
  );
});
