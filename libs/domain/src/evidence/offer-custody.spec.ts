import { derivedId } from '#event-sourcing';
import { by, given } from '#event-sourcing/testing';
import { accepted, breached, copyId, derived, laboratory, offered, toStaff } from '../testing/exhibit.js';
import { registered, sampleId } from '../testing/samples.js';
import { CustodyAccepted, CustodyRefused, evidence, type Evidence } from './evidence.js';
import { offerCustody } from './offer-custody.js';

const offerId = derivedId('part', derivedId('test', 'command', 'first'), 'offer');
const offering = { to: toStaff('clerk'), purpose: 'Storage in the vault' };
const now = { offerId, offeredAt: '2025-03-01T12:00:00.000Z' };
const registeredBy = (subject: string, onBehalfOf?: string) => by(subject, registered(), onBehalfOf);
const withLaboratory = [
  registeredBy('someone'),
  offered(laboratory),
  CustodyAccepted(accepted({ to: laboratory, receipt: 'L-1' })),
];

test('whoever registered the item is its custodian and may offer it', () =>
  given(evidence, registeredBy('someone')).when(offerCustody, offering).then(offered(offering.to, now)));

test('to an organisation, by whom it is received and by when too', () => {
  const to = { ...laboratory, receivedBy: sampleId('courier') };
  const rest = { place: 'Gate 2', expectedBy: '2025-03-04' };
  return given(evidence, registeredBy('someone'))
    .when(offerCustody, { ...offering, to, ...rest })
    .then(offered(to, { ...now, ...rest }));
});

test('the person is the custodian, not the service they act through', async () => {
  await given(evidence, registeredBy('portal', 'someone'))
    .when(offerCustody, offering)
    .then(offered(offering.to, now));
  await given(evidence, registeredBy('someone'))
    .when(offerCustody, offering, { actor: 'portal', onBehalfOf: 'someone' })
    .then(offered(offering.to, now));
});

test('nobody else offers it, the custodian for another neither', async () => {
  for (const actor of [
    { actor: 'clerk' },
    { actor: 'someone', onBehalfOf: 'clerk' },
    { actor: 'portal', onBehalfOf: 'clerk' },
  ])
    await given(evidence, registeredBy('someone'))
      .when(offerCustody, offering, actor)
      .refused('not-custodian');
  await given(evidence, registeredBy('portal', 'someone'))
    .when(offerCustody, offering, { actor: 'portal' })
    .refused('not-custodian');
});

test('after a handover the new custodian offers', async () => {
  const handedOver = [registeredBy('someone'), offered(), CustodyAccepted(accepted())];
  await given(evidence, ...handedOver)
    .when(offerCustody, { ...offering, to: laboratory })
    .refused('not-custodian');
  await given(evidence, ...handedOver)
    .when(offerCustody, { ...offering, to: laboratory }, { actor: 'clerk' })
    .then(offered(laboratory, { ...now, from: toStaff('clerk') }));
});

test('what an organisation holds any of the staff may offer', () =>
  given(evidence, ...withLaboratory)
    .when(offerCustody, offering, { actor: 'anybody' })
    .then(offered(offering.to, { ...now, from: laboratory })));

test('the same offer again changes nothing', () =>
  given(evidence, registeredBy('someone'), offered()).when(offerCustody, offering).nothing());

test('one offer is open at a time', async () => {
  await given(evidence, registeredBy('someone'), offered())
    .when(offerCustody, { ...offering, to: laboratory })
    .refused('custody-offered');
  await given(
    evidence,
    registeredBy('someone'),
    offered(undefined, { offerId: sampleId('earlier offer') }),
    CustodyRefused({ offerId: sampleId('earlier offer'), reason: 'The vault is full' }),
  )
    .when(offerCustody, offering)
    .then(offered(offering.to, now));
});

test('the custodian is offered nothing that it has', async () => {
  await given(evidence, registeredBy('someone'))
    .when(offerCustody, { ...offering, to: toStaff('someone') })
    .refused('offered-to-custodian');
  await given(evidence, ...withLaboratory)
    .when(offerCustody, { ...offering, to: { ...laboratory, organisation: ' forensic laboratory' } })
    .refused('offered-to-custodian');
});

test('what is in quarantine stays where it is; a breach of a copy is none of the item', async () => {
  await given(evidence, registeredBy('someone'), breached())
    .when(offerCustody, offering)
    .refused('evidence-quarantined');
  await given(evidence, registeredBy('someone'), derived, breached({ copyId }))
    .when(offerCustody, offering)
    .then(offered(offering.to, now));
});

test('there is one custodian after every event', () => {
  const state: Evidence = evidence.initial();
  const at = { eventId: offerId, revision: 0, actor: { subject: 'someone', roles: [] } };
  evidence.evolve(state, registered(), at);
  expect(state.custodian).toEqual(toStaff('someone'));
  evidence.evolve(state, offered(laboratory), at);
  expect(state.custodian).toEqual(toStaff('someone'));
  evidence.evolve(state, CustodyAccepted(accepted({ to: { ...laboratory, receivedBy: copyId } })), at);
  expect(state.custodian).toEqual(laboratory);
});
