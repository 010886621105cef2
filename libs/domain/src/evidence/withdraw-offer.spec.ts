import { by, given } from '#event-sourcing/testing';
import { accepted, breached, laboratory, offered, offerId, toStaff } from '../testing/exhibit.js';
import { registered, sampleId } from '../testing/samples.js';
import { CustodyAccepted, CustodyOfferWithdrawn, CustodyRefused, evidence } from './evidence.js';
import { withdrawOffer } from './withdraw-offer.js';

const withdrawing = { offerId, reason: 'Needed for an interview first' };
const withdrawn = CustodyOfferWithdrawn(withdrawing);
const open = [by('someone', registered()), by('someone', offered())];

test('the custodian takes an offer back, in quarantine too', async () => {
  await given(evidence, ...open)
    .when(withdrawOffer, withdrawing)
    .then(withdrawn);
  await given(evidence, ...open, breached())
    .when(withdrawOffer, withdrawing)
    .then(withdrawn);
});

test('of what an organisation holds any of the staff may, whoever made the offer', () => {
  const outside = sampleId('outside');
  return given(
    evidence,
    by('someone', registered()),
    by('someone', offered(laboratory, { offerId: outside })),
    by('second', CustodyAccepted(accepted({ offerId: outside, to: laboratory, receipt: 'L-1' }))),
    by('second', offered(toStaff('clerk'), { from: laboratory })),
  )
    .when(withdrawOffer, withdrawing, { actor: 'another' })
    .then(withdrawn);
});

test('what was withdrawn is withdrawn, and nothing else any more', async () => {
  await given(evidence, ...open, withdrawn)
    .when(withdrawOffer, withdrawing)
    .nothing();
  for (const settled of [CustodyAccepted(accepted()), CustodyRefused({ offerId, reason: 'No room' })])
    await given(evidence, ...open, settled)
      .when(withdrawOffer, withdrawing)
      .refused('offer-settled');
});

test('nobody else takes it back, and no offer that nobody made', async () => {
  for (const actor of [{ actor: 'clerk' }, { actor: 'someone', onBehalfOf: 'clerk' }])
    await given(evidence, ...open)
      .when(withdrawOffer, withdrawing, actor)
      .refused('not-custodian');
  await given(evidence, by('someone', registered()))
    .when(withdrawOffer, withdrawing)
    .refused('offer-unknown');
});
