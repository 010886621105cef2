import { derivedId } from '#event-sourcing';
import { by, given } from '#event-sourcing/testing';
import {
  accepted,
  breached,
  broken,
  intact,
  laboratory,
  offered,
  offerId,
  sha,
  stored,
  toStaff,
} from '../testing/exhibit.js';
import { registered } from '../testing/samples.js';
import { acceptCustody } from './accept-custody.js';
import {
  CustodyAccepted,
  CustodyOfferWithdrawn,
  CustodyRefused,
  evidence,
  IntegrityChecked,
} from './evidence.js';

const clerk = { actor: 'clerk' };
const item = by('someone', registered());
const open = [item, by('someone', offered())];
const S17 = { number: 'S-17', condition: 'intact' as const };
const sealedItem = [
  by('someone', registered({ form: 'physical', digests: [], seal: S17 })),
  by('someone', offered()),
];
const newBreach = (kind: string) =>
  derivedId('part', derivedId('test', 'command', 'first'), `breach ${kind}`);
const moment = '2025-03-01T12:00:00.000Z';
const outside = [item, by('someone', offered(laboratory))];
const receipt = 'Receipt L-204';

test('whoever it was offered to takes it over', async () => {
  await given(evidence, ...open)
    .when(acceptCustody, { offerId }, clerk)
    .then(CustodyAccepted(accepted()));
  const rest = { place: 'Vault, shelf 3', handedOverAt: '2025-03-01T08:30:00Z' };
  await given(evidence, ...open)
    .when(acceptCustody, { offerId, ...rest }, { actor: 'portal', onBehalfOf: 'clerk' })
    .then(CustodyAccepted(accepted(rest)));
});

test('what was taken over is taken over, and nothing else any more', async () => {
  await given(evidence, ...open, by('clerk', CustodyAccepted(accepted())))
    .when(acceptCustody, { offerId }, clerk)
    .nothing();
  for (const settled of [
    CustodyRefused({ offerId, reason: 'No room' }),
    CustodyOfferWithdrawn({ offerId, reason: 'A mistake' }),
  ])
    await given(evidence, ...open, settled)
      .when(acceptCustody, { offerId }, clerk)
      .refused('offer-settled');
});

test('nobody else takes it over, and no offer that nobody made', async () => {
  for (const actor of [{ actor: 'someone' }, { actor: 'clerk', onBehalfOf: 'another' }])
    await given(evidence, ...open)
      .when(acceptCustody, { offerId }, actor)
      .refused('not-the-recipient');
  await given(evidence, item).when(acceptCustody, { offerId }, clerk).refused('offer-unknown');
});

test('whoever offered it does not accept it for another, nor for an organisation', async () => {
  await given(evidence, ...open)
    .when(acceptCustody, { offerId }, { actor: 'someone', onBehalfOf: 'clerk' })
    .refused('offerer-accepts');
  for (const actor of [{ actor: 'someone' }, { actor: 'portal', onBehalfOf: 'someone' }])
    await given(evidence, ...outside)
      .when(acceptCustody, { offerId, receipt, digests: [sha('a')] }, actor)
      .refused('offerer-accepts');
  await given(evidence, item, by('clerk', offered(toStaff('clerk'), { from: laboratory })))
    .when(acceptCustody, { offerId, digests: [sha('a')] }, clerk)
    .refused('offerer-accepts');
});

test('an organisation takes it over by its receipt, and states the digest', async () => {
  const stating = { offerId, digests: [sha('a')], receipt };
  await given(evidence, ...outside)
    .when(acceptCustody, stating, clerk)
    .then(CustodyAccepted(accepted({ ...stating, to: laboratory, content: 'stated' })));
  await given(evidence, ...outside)
    .when(acceptCustody, { offerId, digests: [sha('a')] }, clerk)
    .refused('receipt-missing');
});

test('an outside handover at which nobody compared the digest is irregular', () =>
  given(evidence, ...outside)
    .when(acceptCustody, { offerId, receipt }, clerk)
    .then(CustodyAccepted(accepted({ to: laboratory, receipt, irregularities: ['digest-not-stated'] }))));

test('a time of the handover that cannot be is irregular', async () => {
  for (const [handedOverAt, code] of [
    ['2025-03-02', 'date-in-future'],
    ['2025-02-27', 'handover-before-offer'],
  ] as const)
    await given(evidence, ...open)
      .when(acceptCustody, { offerId, handedOverAt }, clerk)
      .then(CustodyAccepted(accepted({ handedOverAt, irregularities: [code] })));
});

test('content in our store is hashed again', async () => {
  const rehashed = CustodyAccepted(accepted({ content: 'rehashed' }));
  await given(evidence, ...open, stored)
    .when(acceptCustody, { offerId }, { ...clerk, found: intact })
    .then(rehashed, IntegrityChecked({ by: 'custody', digest: sha('a'), length: 42, checkedAt: moment }));
  await given(evidence, ...open, stored)
    .when(acceptCustody, { offerId }, { ...clerk, found: broken() })
    .then(rehashed, breached({ breachId: newBreach('of content'), by: 'custody' }));
});

test('custody passes in quarantine too, and what is known is not found again', () =>
  given(evidence, ...open, stored, breached())
    .when(acceptCustody, { offerId }, { ...clerk, found: broken() })
    .then(CustodyAccepted(accepted({ content: 'rehashed' }))));

test('of an item that has a seal the seal is stated', async () => {
  await given(evidence, ...sealedItem)
    .when(acceptCustody, { offerId }, clerk)
    .refused('seal-not-stated');
  await given(evidence, ...sealedItem)
    .when(acceptCustody, { offerId, seal: S17 }, clerk)
    .then(CustodyAccepted(accepted({ seal: S17 })));
});

test.each([
  ['sealBroken', { number: 'S-17', condition: 'broken' as const }],
  ['sealAbsent', { number: 'S-17', condition: 'absent' as const }],
  ['sealNumber', { number: 'S-71', condition: 'intact' as const }],
] as const)('custody passes and the item is in quarantine: %s', (kind, seal) =>
  given(evidence, ...sealedItem)
    .when(acceptCustody, { offerId, seal }, clerk)
    .then(
      CustodyAccepted(accepted({ seal })),
      breached({
        breachId: newBreach(kind),
        by: 'custody',
        kind,
        expected: { seal: S17 },
        found: { seal },
      }),
    ),
);

test('a seal that came broken is no news', () => {
  const seal = { number: 'S-17', condition: 'broken' as const };
  return given(
    evidence,
    by('someone', registered({ form: 'physical', digests: [], seal })),
    by('someone', offered()),
  )
    .when(acceptCustody, { offerId, seal }, clerk)
    .then(CustodyAccepted(accepted({ seal })));
});

test('a stated digest that differs is a breach, one that cannot be compared is none', async () => {
  await given(evidence, ...open)
    .when(acceptCustody, { offerId, digests: [sha('f')] }, clerk)
    .then(
      CustodyAccepted(accepted({ digests: [sha('f')], content: 'stated' })),
      breached({
        breachId: newBreach('statedDigest'),
        by: 'custody',
        kind: 'statedDigest',
        expected: { digest: sha('a') },
        found: { digest: sha('f') },
      }),
    );
  const other = [{ algorithm: 'sha-512' as const, value: 'f'.repeat(128) }];
  await given(evidence, ...open)
    .when(acceptCustody, { offerId, digests: other }, clerk)
    .then(CustodyAccepted(accepted({ digests: other })));
});

test('one digest is stated for each algorithm', () =>
  given(evidence, ...open)
    .when(acceptCustody, { offerId, digests: [sha('a'), sha('f')] }, clerk)
    .invalid('/digests'));
