import { given } from '#event-sourcing/testing';
import { recorded, sampleId } from '../testing/samples.js';
import { classifyIncident } from './classify-incident.js';
import { incident, IncidentClassified, IncidentMerged } from './incident.js';

const wilfulKilling = {
  conflict: 'international' as const,
  provisions: ['Rome Statute art. 8(2)(a)(i)'],
  basis: 'Both states are parties to the conflict; the victims had surrendered',
};

test('an incident is classified', () =>
  given(incident, recorded()).when(classifyIncident, wilfulKilling).then(IncidentClassified(wilfulKilling)));

test('the same classification again changes nothing', () =>
  given(incident, recorded(), IncidentClassified(wilfulKilling))
    .when(classifyIncident, wilfulKilling)
    .nothing());

test('an incident is classified anew', () => {
  const otherwise = { ...wilfulKilling, conflict: 'undetermined' as const, provisions: [] };
  return given(incident, recorded(), IncidentClassified(wilfulKilling))
    .when(classifyIncident, otherwise)
    .then(IncidentClassified(otherwise));
});

test('a merged incident is not classified', () =>
  given(incident, recorded(), IncidentMerged({ into: sampleId('mill'), reason: 'The same' }))
    .when(classifyIncident, wilfulKilling)
    .refused('incident-merged'));
