import { isEarlier } from './earlier.js';

const at = '2025-03-01T12:00:00.000Z';
const justAfter = '2025-03-01T12:00:00.001Z';
const a = '0f5e2a80-0000-4000-8000-00000000000a';
const b = '0f5e2a80-0000-4000-8000-00000000000b';

test.each([
  ['entered before it', { id: b, at }, { id: a, at: justAfter }],
  ['entered at its time, with the lower id', { id: a, at }, { id: b, at }],
  ['entered at its time, however the time is written', { id: a, at: '2025-03-01T12:00:00Z' }, { id: b, at }],
])('what was %s is earlier, and the other is not', (_, one, other) => {
  expect(isEarlier(one, other)).toBe(true);
  expect(isEarlier(other, one)).toBe(false);
});

test('nothing is earlier than itself', () => expect(isEarlier({ id: a, at }, { id: a, at })).toBe(false));
