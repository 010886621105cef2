import { by, given } from '#event-sourcing/testing';
import { accepted, breached, laboratory, offered, offerId } from '../testing/exhibit.js';
import { registered } from '../testing/samples.js';
import { CustodyAccepted, CustodyOfferWithdrawn, CustodyRefused, evidence } from './evidence.js';
import { refuseCustody } from './refuse-custody.js';

const refusing = { offerId, reason: 'The vault is full' };
const refused = CustodyRefused(refusing);
const clerk = { actor: 'clerk' };
const open = [by('someone', registered()), by('someone', offered())];

test('whoever it was offered to may refuse it, in quarantine too, through a service too', async () => {
  await given(evidence, ...open)
    .when(refuseCustody, refusing, clerk)
    .then(refused);
  await given(evidence, ...open, breached())
    .when(refuseCustody, refusing, clerk)
    .then(refused);
  await given(evidence, ...open)
    .when(refuseCustody, refusing, { actor: 'portal', onBehalfOf: 'clerk' })
    .then(refused);
});

test('that an organisation refuses it is recorded by anybody', () =>
  given(evidence, by('someone', registered()), by('someone', offered(laboratory)))
    .when(refuseCustody, refusing)
    .then(refused));

test('what was refused is refused, and nothing else any more', async () => {
  await given(evidence, ...open, refused)
    .when(refuseCustody, refusing, clerk)
    .nothing();
  for (const settled of [
    CustodyAccepted(accepted()),
    CustodyOfferWithdrawn({ offerId, reason: 'A mistake' }),
  ])
    await given(evidence, ...open, settled)
      .when(refuseCustody, refusing, clerk)
      .refused('offer-settled');
});

test('nobody else refuses it, and no offer that nobody made', async () => {
  for (const actor of [{ actor: 'someone' }, { actor: 'clerk', onBehalfOf: 'another' }])
    await given(evidence, ...open)
      .when(refuseCustody, refusing, actor)
      .refused('not-the-recipient');
  await given(evidence, registered()).when(refuseCustody, refusing, clerk).refused('offer-unknown');
});
