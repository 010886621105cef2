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

test('a period ends after it starts, and a known one has a start', async () => {
  const reversed = { start: '2025-02-11', end: '2025-02-10', precision: 'day' as const };
  await nothingGiven.when(recordIncident, { ...occurrence, period: reversed }).invalid('/period');
  await nothingGiven.when(recordIncident, { ...occurrence, period: { precision: 'day' } }).invalid('/period');
});

test('a category is named once', () =>
  nothingGiven
    .when(recordIncident, { ...occurrence, categories: ['torture', 'torture'] })
    .invalid('/categories'));
