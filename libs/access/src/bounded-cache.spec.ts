import * as fc from 'fast-check';
import { BoundedCache } from './bounded-cache.js';

test('forgets what was not used for long, and keeps what is', () => {
  const cache = new BoundedCache<string, number>(4);
  for (let turn = 0; turn < 20; turn++) {
    cache.set('kept', cache.get('kept') ?? 1);
    cache.set(`once ${turn}`, turn);
    cache.get('kept');
  }
  expect([cache.get('kept'), cache.get('once 0'), cache.get('once 19')]).toEqual([1, undefined, 19]);
});

test('never holds more than it may, and gives only what was put last and not taken out', () => {
  const act = fc.record({ kind: fc.constantFrom('set', 'get', 'delete'), key: fc.nat(12), value: fc.nat() });
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 9 }), fc.array(act, { maxLength: 200 }), (entriesMax, acts) => {
      const cache = new BoundedCache<number, number>(entriesMax);
      const truth = new Map<number, number>();
      for (const { kind, key, value } of acts) {
        if (kind === 'set') {
          cache.set(key, value);
          truth.set(key, value);
        } else if (kind === 'delete') {
          cache.delete(key);
          truth.delete(key);
        }
        // What was just put must be there; anything else may have been forgotten, but is never another value.
        expect(kind === 'set' ? [value] : [undefined, truth.get(key)]).toContain(cache.get(key));
        expect(cache.size).toBeLessThanOrEqual(entriesMax);
      }
    }),
  );
});

test('needs room for two entries', () => {
  for (const entriesMax of [0, 1, 2.5, Number.NaN])
    expect(() => new BoundedCache(entriesMax)).toThrow(RangeError);
});
