import { pauseMs } from './check.js';

test('a check rests until its bytes took as long as the rate allows', () => {
  expect(pauseMs(1_000, 0, 1_000)).toBe(1_000);
  expect(pauseMs(1_000, 400, 1_000)).toBe(600);
  expect(pauseMs(1_000, 2_000, 1_000)).toBe(0);
  expect(pauseMs(1_000, 0, Infinity)).toBe(0);
  expect(pauseMs(2 ** 40, 0, 1)).toBe(2 ** 31 - 1);
});
