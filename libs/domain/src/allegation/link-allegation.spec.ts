import { given } from '#event-sourcing/testing';
import { incident, IncidentMerged } from '../incident/incident.js';
import { filed, recorded, sampleId } from '../testing/samples.js';
import {
  allegation,
  AllegationLinkedToIncident,
  AllegationUnlinked,
  AllegationWithdrawn,
} from './allegation.js';
import { linkAllegation } from './link-allegation.js';

const mill = sampleId('mill');
const supports = { incidentId: mill, stance: 'supports' } as const;
const denies = { incidentId: mill, stance: 'denies' } as const;
const withdrawn = AllegationWithdrawn({ reason: 'Retracted', irregularities: [] });

test('an allegation supports an incident', () =>
  given(allegation, filed())
    .and(incident, mill, recorded())
    .when(linkAllegation, supports)
    .then(AllegationLinkedToIncident(supports)));

test('an allegation concerns many incidents', () =>
  given(allegation, filed(), AllegationLinkedToIncident({ ...supports, incidentId: sampleId('bridge') }))
    .and(incident, mill, recorded())
    .when(linkAllegation, denies)
    .then(AllegationLinkedToIncident(denies)));

test('the same link again changes nothing', () =>
  given(allegation, filed(), AllegationLinkedToIncident(supports))
    .and(incident, mill, recorded())
    .when(linkAllegation, supports)
    .nothing());

test('another stance is linked after the first is taken back', async () => {
  const linked = AllegationLinkedToIncident(supports);
  await given(allegation, filed(), linked)
    .and(incident, mill, recorded())
    .when(linkAllegation, denies)
    .refused('allegation-linked');
  await given(allegation, filed(), linked, AllegationUnlinked({ incidentId: mill, reason: 'Misread' }))
    .and(incident, mill, recorded())
    .when(linkAllegation, denies)
    .then(AllegationLinkedToIncident(denies));
});

test('the incident has to exist', () =>
  given(allegation, filed()).when(linkAllegation, supports).refused('incident-unknown'));

test('a merged incident takes no new link', () =>
  given(allegation, filed())
    .and(incident, mill, recorded(), IncidentMerged({ into: sampleId('bridge'), reason: 'The same' }))
    .when(linkAllegation, supports)
    .refused('incident-merged'));

test('a withdrawn allegation neither supports nor disputes anything, but may be context', async () => {
  const retracted = given(allegation, filed(), withdrawn).and(incident, mill, recorded());
  for (const stance of ['supports', 'disputes', 'denies'] as const)
    await retracted.when(linkAllegation, { incidentId: mill, stance }).refused('allegation-withdrawn');
  const context = { incidentId: mill, stance: 'context' } as const;
  await retracted.when(linkAllegation, context).then(AllegationLinkedToIncident(context));
});
