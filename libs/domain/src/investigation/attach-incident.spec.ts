import { given } from '#event-sourcing/testing';
import { incident, IncidentMerged, IncidentMergeReversed } from '../incident/incident.js';
import { attached, closed, killing, opened, suspended } from '../testing/case.js';
import { recorded, sampleId } from '../testing/samples.js';
import { attachIncident } from './attach-incident.js';
import { investigation } from './investigation.js';

const theKilling = { incidentId: killing };
const merge = { into: sampleId('earlier'), reason: 'The same occurrence' };

test('an incident becomes part of the case', () =>
  given(investigation, opened)
    .and(incident, killing, recorded())
    .when(attachIncident, theKilling)
    .then(attached));

test('the same incident again changes nothing', () =>
  given(investigation, opened, attached).when(attachIncident, theKilling).nothing());

test('the incident has to exist', () =>
  given(investigation, opened).when(attachIncident, theKilling).refused('incident-unknown'));

test('a merged incident is not attached, until the merge is reversed', async () => {
  const merged = [recorded(), IncidentMerged(merge)];
  await given(investigation, opened)
    .and(incident, killing, ...merged)
    .when(attachIncident, theKilling)
    .refused('incident-merged');
  await given(investigation, opened)
    .and(incident, killing, ...merged, IncidentMergeReversed(merge))
    .when(attachIncident, theKilling)
    .then(attached);
});

test('neither a closed nor a suspended case takes it in', async () => {
  await given(investigation, opened, closed).when(attachIncident, theKilling).refused('investigation-closed');
  await given(investigation, opened, suspended)
    .when(attachIncident, theKilling)
    .refused('investigation-suspended');
});
