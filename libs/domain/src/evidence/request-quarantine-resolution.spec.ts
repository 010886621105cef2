import { derivedId } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import {
  breached,
  copyId,
  derived,
  itemAfter,
  type ItemEvent,
  resolutionOver,
  stored,
} from '../testing/exhibit.js';
import { registered, sampleId } from '../testing/samples.js';
import { evidence, QuarantineResolutionRequested, QuarantineResolved } from './evidence.js';
import { requestQuarantineResolution, resolutionMaterial } from './request-quarantine-resolution.js';

const restoring = { outcome: 'restored' as const, reason: 'A copy was found in the backup' };
const acknowledging = { outcome: 'acknowledged' as const, reason: 'No other copy exists' };
const resealing = {
  outcome: 'resealed' as const,
  seal: { number: 'S-18', condition: 'intact' as const },
  reason: 'Torn in transport',
};
const sealTorn = breached({ kind: 'sealBroken', by: 'custody', breachId: sampleId('torn') });
const history = [registered(), stored, breached()] as const;
type Asking = Parameters<typeof resolutionMaterial>[1];
const request = (events: readonly ItemEvent[], asking: Asking) => ({
  ...resolutionOver(resolutionMaterial(itemAfter(...events), asking)),
  requestId: derivedId('part', derivedId('test', 'command', 'first'), 'request'),
});

test('a second person is asked how the breaches are resolved', async () => {
  for (const asking of [restoring, acknowledging])
    await given(evidence, ...history)
      .when(requestQuarantineResolution, asking)
      .then(QuarantineResolutionRequested({ ...request([...history], asking), ...asking }));
  const torn = [registered(), sealTorn];
  await given(evidence, ...torn)
    .when(requestQuarantineResolution, resealing)
    .then(QuarantineResolutionRequested({ ...request(torn, resealing), ...resealing }));
  const ofCopy = [registered(), derived, breached({ copyId })];
  const asking = { ...acknowledging, copyId };
  await given(evidence, ...ofCopy)
    .when(requestQuarantineResolution, asking)
    .then(QuarantineResolutionRequested({ ...request(ofCopy, asking), ...asking }));
});

test('the same request while it waits changes nothing', () =>
  given(
    evidence,
    ...history,
    QuarantineResolutionRequested({ ...request([...history], restoring), ...restoring }),
  )
    .when(requestQuarantineResolution, restoring, { actor: 'another' })
    .nothing());

test('there has to be a breach that the outcome settles', async () => {
  await given(evidence, registered())
    .when(requestQuarantineResolution, acknowledging)
    .refused('nothing-to-resolve');
  await given(evidence, ...history)
    .when(requestQuarantineResolution, resealing)
    .refused('nothing-to-resolve');
  await given(evidence, registered(), stored, sealTorn)
    .when(requestQuarantineResolution, restoring)
    .refused('nothing-to-resolve');
  await given(evidence, ...history)
    .when(requestQuarantineResolution, { ...acknowledging, copyId })
    .refused('copy-unknown');
});

test('what was acknowledged can still be put right, and is not acknowledged twice', async () => {
  const acknowledged = [
    ...history,
    QuarantineResolved({ requestId: sampleId('earlier'), ...acknowledging, breachIds: [sampleId('breach')] }),
  ];
  await given(evidence, ...acknowledged)
    .when(requestQuarantineResolution, acknowledging)
    .refused('nothing-to-resolve');
  await given(evidence, ...acknowledged)
    .when(requestQuarantineResolution, restoring)
    .then(QuarantineResolutionRequested({ ...request(acknowledged, restoring), ...restoring }));
});

test('nothing is restored that is not there', () =>
  given(evidence, registered(), breached({ kind: 'statedDigest', by: 'custody' }))
    .when(requestQuarantineResolution, restoring)
    .refused('content-not-held'));

test('a resealed item has an intact seal', async () => {
  await given(evidence, registered(), sealTorn)
    .when(requestQuarantineResolution, { ...resealing, seal: { number: 'S-18', condition: 'broken' } })
    .refused('seal-not-intact');
  await given(evidence, registered(), sealTorn)
    .when(requestQuarantineResolution, { outcome: 'resealed', reason: 'Torn' })
    .invalid('/outcome');
  await given(evidence, ...history)
    .when(requestQuarantineResolution, { ...restoring, seal: resealing.seal })
    .invalid('/outcome');
});

test('only the newest request of an item or of a copy stands', () => {
  const state = itemAfter(
    ...history,
    derived,
    breached({ copyId, breachId: sampleId('of copy') }),
    QuarantineResolutionRequested({ ...resolutionOver({}), ...restoring }),
    QuarantineResolutionRequested({ ...resolutionOver({}), requestId: copyId, ...acknowledging, copyId }),
    QuarantineResolutionRequested({
      ...resolutionOver({}),
      requestId: sampleId('newest'),
      ...acknowledging,
    }),
  );
  expect(Object.keys(state.requests.resolutions).toSorted()).toEqual([copyId, sampleId('newest')].toSorted());
});
