import { given } from '#event-sourcing/testing';
import { recorded, sampleId } from '../testing/samples.js';
import { correctIncident } from './correct-incident.js';
import { incident, IncidentCorrected, IncidentMerged } from './incident.js';

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
