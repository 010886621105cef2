import { given } from '#event-sourcing/testing';
import { filed, sampleId } from '../testing/samples.js';
import { allegation, AllegationLinkedToIncident, AllegationUnlinked } from './allegation.js';
import { unlinkAllegation } from './unlink-allegation.js';

const mill = sampleId('mill');
const linked = AllegationLinkedToIncident({ incidentId: mill, stance: 'supports' });
const misread = { incidentId: mill, reason: 'Another mill' };

test('a link is taken back with its reason', () =>
  given(allegation, filed(), linked).when(unlinkAllegation, misread).then(AllegationUnlinked(misread)));

test('what is not linked is already so', () =>
  given(allegation, filed(), linked, AllegationUnlinked(misread)).when(unlinkAllegation, misread).nothing());
