import { daysOf } from './days.js';

test.each([
  ['a week', { start: '2025-02-10', precision: 'week' }, '2025-02-10', '2025-02-16'],
  [
    'a month that ends a leap year’s February',
    { start: '2024-02-10', precision: 'month' },
    '2024-02-01',
    '2024-02-29',
  ],
  ['a year', { start: '2025-02-10', end: '2026-01-01', precision: 'year' }, '2025-01-01', '2026-12-31'],
  [
    'a week that would end after the last day',
    { start: '9999-12-30', precision: 'week' },
    '9999-12-30',
    '9999-12-31',
  ],
  ['a month of the year 50', { start: '0050-02-10', precision: 'month' }, '0050-02-01', '0050-02-28'],
  ['a minute', { start: '2025-02-10T23:59:00Z', precision: 'minute' }, '2025-02-10', '2025-02-10'],
] as const)('%s has its first and its last day', (_, period, first, last) => {
  expect(daysOf(period)).toEqual({ first, last });
});

test('an unknown period has no days', () => {
  expect(daysOf({ precision: 'unknown' })).toBeUndefined();
});
