import { moment, nothingGiven } from '#event-sourcing/testing';
import { recorded } from '../testing/samples.js';
import { recordIncident } from './record-incident.js';

const { enteredAt: _, ...occurrence } = recorded().data;

test('an occurrence is recorded', () =>
  nothingGiven.when(recordIncident, occurrence).then(recorded({ enteredAt: moment })));

test('what is unknown is recorded as unknown', () => {
  const unknown = { period: { precision: 'unknown' as const }, place: { precision: 'unknown' as const } };
  return nothingGiven
    .when(recordIncident, { ...occurrence, ...unknown })
    .then(recorded({ ...unknown, enteredAt: moment }));
});

test('a period ends after it starts, and a known one has one of them', async () => {
  const reversed = { start: '2025-02-11', end: '2025-02-10', precision: 'day' as const };
  await nothingGiven.when(recordIncident, { ...occurrence, period: reversed }).invalid('/period');
  await nothingGiven.when(recordIncident, { ...occurrence, period: { precision: 'day' } }).invalid('/period');
});

test('a category is named once', () =>
  nothingGiven
    .when(recordIncident, { ...occurrence, categories: ['torture', 'torture'] })
    .invalid('/categories'));

test('what is recorded has happened; a month that has begun may end later', async () => {
  for (const period of [
    { start: '2025-03-02', precision: 'day' },
    { start: '2025-03-01T12:00:01Z', precision: 'minute' },
    { start: '2025-02-11', end: '2025-03-02', precision: 'day' },
    { start: '2025-04-01', end: '2025-04-30', precision: 'month' },
    { end: '2026-02-11', precision: 'year' },
  ] as const)
    await nothingGiven.when(recordIncident, { ...occurrence, period }).refused('date-in-future');
  for (const period of [
    { start: '2025-03-01', precision: 'day' },
    { start: '2025-03-01', end: '2025-03-31', precision: 'month' },
  ] as const)
    await nothingGiven
      .when(recordIncident, { ...occurrence, period })
      .then(recorded({ period, enteredAt: moment }));
});
