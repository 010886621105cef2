import { given } from '#event-sourcing/testing';
import { recorded, sampleId } from '../testing/samples.js';
import { beginVerification } from './begin-verification.js';
import { incident, IncidentMerged, IncidentVerificationAssessed, VerificationBegun } from './incident.js';

const begun = VerificationBegun({});
const inconclusive = IncidentVerificationAssessed({
  outcome: 'inconclusive',
  method: 'Geolocation',
  basis: [],
});
const reason = 'A second video was found';

test('a reported incident is taken under verification', () =>
  given(incident, recorded()).when(beginVerification, {}).then(begun));

test('what is under verification already stays so', () =>
  given(incident, recorded(), begun).when(beginVerification, {}).nothing());

test('an outcome is looked at again for a reason', async () => {
  const assessed = given(incident, recorded(), begun, inconclusive);
  await assessed.when(beginVerification, { reason }).then(VerificationBegun({ reason }));
  await assessed.when(beginVerification, {}).refused('reopening-without-reason');
});

test('a merged incident is not verified', () =>
  given(incident, recorded(), IncidentMerged({ into: sampleId('mill'), reason: 'The same' }))
    .when(beginVerification, {})
    .refused('incident-merged'));
