import { given, subjectId } from '#event-sourcing/testing';
import { highestId, lowestId, recorded, sampleId } from '../testing/samples.js';
import { incident, IncidentMerged, IncidentMergeReversed } from './incident.js';
import { mergeIncident } from './merge-incident.js';

const mill = sampleId('mill');
const earlier = recorded({ enteredAt: '2025-02-20T09:00:00.000Z' });
const later = recorded({ enteredAt: '2025-02-22T09:00:00.000Z' });
const same = { into: mill, reason: 'The same shooting, reported twice' };

test('an incident merges into one recorded earlier', () =>
  given(incident, recorded())
    .and(incident, mill, earlier)
    .when(mergeIncident, same)
    .then(IncidentMerged(same)));

test('the same merge again changes nothing', () =>
  given(incident, recorded(), IncidentMerged(same))
    .and(incident, mill, earlier)
    .when(mergeIncident, same)
    .nothing());

test('after its reversal a merge can be made again', () =>
  given(incident, recorded(), IncidentMerged(same), IncidentMergeReversed(same))
    .and(incident, mill, earlier)
    .when(mergeIncident, same)
    .then(IncidentMerged(same)));

test('an incident does not merge into one recorded later', () =>
  given(incident, recorded())
    .and(incident, mill, later)
    .when(mergeIncident, same)
    .refused('merge-into-later'));

test('of two recorded at the same time the one with the higher id merges into the other', async () => {
  const into = (id: string) =>
    given(incident, recorded())
      .and(incident, id, recorded())
      .when(mergeIncident, { ...same, into: id });
  await into(lowestId).then(IncidentMerged({ ...same, into: lowestId }));
  await into(highestId).refused('merge-into-later');
});

test('an incident does not merge into itself', () =>
  given(incident, recorded())
    .when(mergeIncident, { ...same, into: subjectId })
    .refused('merge-into-itself'));

test('the other incident has to exist', () =>
  given(incident, recorded()).when(mergeIncident, same).refused('incident-unknown'));

test('an incident merges into the surviving one', () =>
  given(incident, recorded())
    .and(incident, mill, earlier, IncidentMerged({ into: sampleId('bridge'), reason: 'The same' }))
    .when(mergeIncident, same)
    .refused('incident-merged'));

test('a merged incident does not merge into a third', () =>
  given(incident, recorded(), IncidentMerged({ into: sampleId('bridge'), reason: 'The same' }))
    .and(incident, mill, earlier)
    .when(mergeIncident, same)
    .refused('incident-merged'));
