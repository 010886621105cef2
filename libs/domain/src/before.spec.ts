import { isBefore } from './before.js';

test.each([
  ['2025-02-27', '2025-02-28'],
  ['2025-02-27T10:00:00Z', '2025-02-27T10:00:00.001Z'],
  ['2025-02-27T23:59:59Z', '2025-02-28'],
  ['0999-12-31', '2025-02-28T00:00:00Z'],
])('%s is before %s, and not the other way round', (one, other) => {
  expect(isBefore(one, other)).toBe(true);
  expect(isBefore(other, one)).toBe(false);
});

test.each([
  ['2025-02-27', '2025-02-27'],
  ['2025-02-27', '2025-02-27T10:00:00Z'],
  ['2025-02-27T10:00:00Z', '2025-02-27T10:00:00.000Z'],
])('of %s and %s neither is before the other', (one, other) => {
  expect(isBefore(one, other)).toBe(false);
  expect(isBefore(other, one)).toBe(false);
});
