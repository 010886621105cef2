import { given } from '#event-sourcing/testing';
import { recorded, sampleId } from '../testing/samples.js';
import { incident, IncidentMerged, IncidentMergeReversed } from './incident.js';
import { reverseMerge } from './reverse-merge.js';

const merged = IncidentMerged({ into: sampleId('mill'), reason: 'The same' });
const reason = 'The second video shows another day';
const reversed = IncidentMergeReversed({ into: sampleId('mill'), reason });

test('a merge is reversed', () =>
  given(incident, recorded(), merged).when(reverseMerge, { reason }).then(reversed));

test('what is not merged is already so', async () => {
  await given(incident, recorded(), merged, reversed).when(reverseMerge, { reason }).nothing();
  await given(incident, recorded()).when(reverseMerge, { reason }).nothing();
});
