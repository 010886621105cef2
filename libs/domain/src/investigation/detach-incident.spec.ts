import { given } from '#event-sourcing/testing';
import { attached, closed, killing, opened, suspended } from '../testing/case.js';
import { detachIncident } from './detach-incident.js';
import { IncidentDetached, investigation } from './investigation.js';

const detaching = { incidentId: killing, reason: 'Another case covers it' };

test('an incident leaves the case with a reason', () =>
  given(investigation, opened, attached).when(detachIncident, detaching).then(IncidentDetached(detaching)));

test('an incident that is not attached has nothing to leave', () =>
  given(investigation, opened).when(detachIncident, detaching).nothing());

test('neither a closed nor a suspended case lets it go', async () => {
  await given(investigation, opened, attached, closed)
    .when(detachIncident, detaching)
    .refused('investigation-closed');
  await given(investigation, opened, attached, suspended)
    .when(detachIncident, detaching)
    .refused('investigation-suspended');
});
