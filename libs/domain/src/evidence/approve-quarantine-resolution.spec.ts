import { by, given } from '#event-sourcing/testing';
import {
  breached,
  breachId,
  broken,
  copyId,
  derived,
  intact,
  itemAfter,
  type ItemEvent,
  resolutionOver,
  sha,
  stored,
  storedCopy,
} from '../testing/exhibit.js';
import { registered, sampleId } from '../testing/samples.js';
import { approveQuarantineResolution } from './approve-quarantine-resolution.js';
import {
  AdmissibilityRuled,
  evidence,
  IntegrityChecked,
  isImpaired,
  isQuarantined,
  QuarantineResolutionRequested,
  QuarantineResolved,
} from './evidence.js';
import { resolutionMaterial } from './request-quarantine-resolution.js';

const restoring = { outcome: 'restored' as const, reason: 'A copy was found in the backup' };
const acknowledging = { outcome: 'acknowledged' as const, reason: 'No other copy exists' };
const second = { actor: 'second' };
const history = [registered(), stored, breached()] as const;
type Asking = Parameters<typeof resolutionMaterial>[1];
type History = readonly ItemEvent[];
const requestOf = (events: History, asking: Asking) =>
  resolutionOver(resolutionMaterial(itemAfter(...events), asking));
const asked = (events: History, asking: typeof restoring | typeof acknowledging) => [
  ...events,
  by('first', QuarantineResolutionRequested({ ...requestOf(events, asking), ...asking })),
];
const approvalOf = (events: History, asking: Asking) => {
  const { requestId, digest } = requestOf(events, asking);
  return { requestId, digest };
};
const { requestId } = requestOf([...history], restoring);
const approval = approvalOf([...history], restoring);
const checked = IntegrityChecked({
  by: 'resolution',
  digest: sha('a'),
  length: 42,
  checkedAt: '2025-03-01T12:00:00.000Z',
});
const restored = QuarantineResolved({ requestId, ...restoring, breachIds: [breachId] });
const acknowledged = QuarantineResolved({ requestId, ...acknowledging, breachIds: [breachId] });

test('with a second person content that is back ends the quarantine', async () => {
  await given(evidence, ...asked([...history], restoring))
    .when(approveQuarantineResolution, approval, { ...second, found: intact })
    .then(checked, restored);
  expect(isQuarantined(itemAfter(...history))).toBe(true);
  const after = itemAfter(...history, restored);
  expect([isQuarantined(after), isImpaired(after)]).toEqual([false, false]);
});

test('storing the content anew does not make the request lapse', () =>
  given(evidence, ...asked([...history], restoring), stored)
    .when(approveQuarantineResolution, approval, { ...second, found: intact })
    .then(checked, restored));

test('content that is still broken, or gone, ends nothing', async () => {
  await given(evidence, ...asked([...history], restoring))
    .when(approveQuarantineResolution, approval, { ...second, found: broken() })
    .refused('content-broken');
  const stating = [registered(), breached({ kind: 'statedDigest' })];
  await given(evidence, ...asked(stating, restoring))
    .when(approveQuarantineResolution, approvalOf(stating, restoring), second)
    .refused('content-not-held');
});

test('an item whose breach is acknowledged is impaired, until a forum that knows of it admits it', async () => {
  await given(evidence, ...asked([...history], acknowledging))
    .when(approveQuarantineResolution, approvalOf([...history], acknowledging), second)
    .then(acknowledged);
  const admitted = AdmissibilityRuled({
    forum: 'Regional Court',
    proceeding: 'R 12/25',
    decision: 'admitted',
    ground: 'Corroborated',
    irregularities: [],
  });
  const after = itemAfter(...history, acknowledged);
  expect([isQuarantined(after), isImpaired(after)]).toEqual([false, true]);
  expect(isImpaired(itemAfter(...history, admitted, acknowledged))).toBe(true);
  const knowing = itemAfter(...history, acknowledged, admitted);
  expect([
    isImpaired(knowing),
    isImpaired(knowing, 'regional court'),
    isImpaired(knowing, 'Another'),
  ]).toEqual([false, false, true]);
  expect(isImpaired(itemAfter(...history, acknowledged, restored))).toBe(false);
});

test('a resealed item has the new seal', async () => {
  const seal = { number: 'S-18', condition: 'intact' as const };
  const resealing = { outcome: 'resealed' as const, seal, reason: 'Torn in transport' };
  const torn = [registered({ seal: { ...seal, number: 'S-17' } }), breached({ kind: 'sealBroken' })];
  const resealed = QuarantineResolved({ requestId, ...resealing, breachIds: [breachId] });
  await given(
    evidence,
    ...torn,
    by('first', QuarantineResolutionRequested({ ...requestOf(torn, resealing), ...resealing })),
  )
    .when(approveQuarantineResolution, approvalOf(torn, resealing), second)
    .then(resealed);
  expect(itemAfter(...torn, resealed).seal).toEqual(seal);
});

test('each outcome settles what it can, and the rest keeps the item in quarantine', () => {
  const torn = breached({ kind: 'sealBroken', breachId: sampleId('torn') });
  expect(isQuarantined(itemAfter(...history, torn, restored))).toBe(true);
});

test('of a working copy too, which is another matter than the item', async () => {
  const asking = { ...restoring, copyId };
  const ofCopy = [registered(), stored, derived, storedCopy, breached({ copyId })];
  const done = QuarantineResolved({ requestId, ...asking, breachIds: [breachId] });
  expect([isQuarantined(itemAfter(...ofCopy)), isQuarantined(itemAfter(...ofCopy), copyId)]).toEqual([
    false,
    true,
  ]);
  await given(
    evidence,
    ...ofCopy,
    by('first', QuarantineResolutionRequested({ ...requestOf(ofCopy, asking), ...asking })),
  )
    .when(approveQuarantineResolution, approvalOf(ofCopy, asking), { ...second, found: intact })
    .then(IntegrityChecked({ ...checked.data, copyId, digest: sha('c') }), done);
});

test('an approval again changes nothing', () =>
  given(evidence, ...asked([...history], restoring), by('second', restored))
    .when(approveQuarantineResolution, approval, second)
    .nothing());

test('who asked does not approve, through no service and for nobody', async () => {
  for (const asker of [
    { actor: 'first' },
    { actor: 'portal', onBehalfOf: 'first' },
    { actor: 'first', onBehalfOf: 'second' },
  ])
    await given(evidence, ...asked([...history], restoring))
      .when(approveQuarantineResolution, approval, { ...asker, found: intact })
      .refused('same-person');
});

test('there has to be a request, and it expires', async () => {
  await given(evidence, ...history)
    .when(approveQuarantineResolution, approval, second)
    .refused('approval-unknown');
  await given(evidence, ...asked([...history], restoring))
    .when(approveQuarantineResolution, approval, {
      ...second,
      now: '2025-03-31T12:00:00.000Z',
      found: intact,
    })
    .refused('approval-expired');
});

test('a request lapses with another breach that it would settle, or when something else was reviewed', async () => {
  await given(
    evidence,
    ...asked([...history], restoring),
    breached({ kind: 'missing', breachId: sampleId('gone') }),
  )
    .when(approveQuarantineResolution, approval, { ...second, found: intact })
    .refused('approval-lapsed');
  await given(evidence, ...asked([...history], restoring))
    .when(approveQuarantineResolution, { ...approval, digest: '0'.repeat(64) }, { ...second, found: intact })
    .refused('approval-lapsed');
});
