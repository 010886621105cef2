import { byteRange } from './byte-range.js';

test.each([
  [undefined, 'whole'],
  ['bytes=0-', { start: 0, end: 100 }],
  ['bytes=0-0', { start: 0, end: 1 }],
  ['bytes=10-19', { start: 10, end: 20 }],
  ['bytes=90-1000', { start: 90, end: 100 }],
  ['bytes=-5', { start: 95, end: 100 }],
  ['bytes=-500', { start: 0, end: 100 }],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=100-', 'unsatisfiable'],
  ['bytes=100-200', 'unsatisfiable'],
])('%s of 100 bytes is %j', (header, range) => {
  expect(byteRange(header, 100)).toEqual(range);
});

test.each([
  'bytes=5-4',
  'bytes=0-1,3-4',
  'bytes=-',
  'bytes=a-b',
  'lines=0-1',
  'bytes = 0-1',
  `bytes=${'9'.repeat(16)}-`,
])('%s is not taken, and the whole is given', (header) => {
  expect(byteRange(header, 100)).toBe('whole');
});

test('nothing of nothing can be given', () => {
  expect(byteRange('bytes=0-', 0)).toBe('unsatisfiable');
  expect(byteRange(undefined, 0)).toBe('whole');
});
