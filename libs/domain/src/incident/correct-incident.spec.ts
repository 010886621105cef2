import { given } from '#event-sourcing/testing';
import { recorded, sampleId } from '../testing/samples.js';
import { correctIncident } from './correct-incident.js';
import {
  incident,
  IncidentCorrected,
  IncidentMerged,
  IncidentVerificationAssessed,
  VerificationBegun,
} from './incident.js';

const { title, place } = recorded().data;
const elsewhere = { name: 'New Mill', country: 'XX', precision: 'locality' as const };
const reason = 'The two mills were confused';
const corrected = IncidentCorrected({ corrected: { place: elsewhere }, reason });

test('a correction records what differs, and no more', () =>
  given(incident, recorded())
    .when(correctIncident, { corrected: { title, place: elsewhere }, reason })
    .then(corrected));

test('the same correction again changes nothing', () =>
  given(incident, recorded(), corrected)
    .when(correctIncident, { corrected: { place: elsewhere }, reason })
    .nothing());

test('what was corrected can be corrected back', () =>
  given(incident, recorded(), corrected)
    .when(correctIncident, { corrected: { place }, reason: 'They were not' })
    .then(IncidentCorrected({ corrected: { place }, reason: 'They were not' })));

test('a merged incident is not corrected', () =>
  given(incident, recorded(), IncidentMerged({ into: sampleId('mill'), reason: 'The same' }))
    .when(correctIncident, { corrected: { place: elsewhere }, reason })
    .refused('incident-merged'));

test('a correction says what is corrected', () =>
  given(incident, recorded()).when(correctIncident, { corrected: {}, reason }).invalid('/corrected'));

describe('while an outcome stands', () => {
  const assessed = (outcome: 'verified' | 'refuted') =>
    IncidentVerificationAssessed({ outcome, method: 'Geolocation', basis: [] });
  const begun = VerificationBegun({ reason: 'The place is in doubt' });

  test.each<[string, Parameters<typeof IncidentCorrected>[0]['corrected']]>([
    ['period', { period: { precision: 'unknown' } }],
    ['place', { place: elsewhere }],
    ['parties', { parties: [] }],
    ['categories', { categories: ['torture'] }],
    ['means', { means: ['drone'] }],
  ])('the %s is not corrected', async (_, different) => {
    for (const outcome of ['verified', 'refuted'] as const)
      await given(incident, recorded(), begun, assessed(outcome))
        .when(correctIncident, { corrected: different, reason })
        .refused('verification-stands');
  });

  test('the title is, and the rest once verification was begun again', async () => {
    const better = { title: 'Shooting at the Old Mill' };
    await given(incident, recorded(), begun, assessed('verified'))
      .when(correctIncident, { corrected: { ...better, place }, reason })
      .then(IncidentCorrected({ corrected: better, reason }));
    await given(incident, recorded(), begun, assessed('verified'), begun)
      .when(correctIncident, { corrected: { place: elsewhere }, reason })
      .then(corrected);
  });
});

test('a period is not corrected into the future', () =>
  given(incident, recorded())
    .when(correctIncident, { corrected: { period: { start: '2025-03-02', precision: 'day' } }, reason })
    .refused('date-in-future'));
