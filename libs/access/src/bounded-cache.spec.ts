import { BoundedCache } from './bounded-cache.js';

test('forgets what was used longest ago', () => {
  const cache = new BoundedCache<string, number>(2);
  cache.set('a', 1);
  cache.set('b', 2);
  expect(cache.get('a')).toBe(1);
  cache.set('c', 3);
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
  expect(cache.size).toBe(2);
});

test('never holds more than it may', () => {
  const cache = new BoundedCache<number, number>(10);
  for (let key = 0; key < 1_000; key++) {
    cache.set(key % 37, key);
    expect(cache.size).toBeLessThanOrEqual(10);
  }
});

test('needs room for one entry', () => {
  expect(() => new BoundedCache(0)).toThrow(RangeError);
  expect(() => new BoundedCache(Number.NaN)).toThrow(RangeError);
});
