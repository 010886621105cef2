import { by, given, sealedSample } from '#event-sourcing/testing';
import { requestId, requestOver } from '../testing/case.js';
import { sampleId } from '../testing/samples.js';
import { consented, interviewed, interviewId, registeredWitness, witnessAfter } from '../testing/witness.js';
import { approveErasure } from './approve-erasure.js';
import { erasureMaterial } from './request-erasure.js';
import { ErasureRequested, IdentityErased, IdentityRevised, ProtectionOrdered, witness } from './witness.js';

const reason = 'The witness asks for it';
const history = [registeredWitness, consented(), interviewed()] as const;
const request = requestOver(erasureMaterial(witnessAfter(...history), reason));
const asked = ErasureRequested({ ...request, reason });
const requested = by('first', asked);
const approval = { requestId, digest: request.digest };
const relying = (...referralIds: string[]) => ({ transmittedReferrals: { referralIds } });
const second = { actor: 'second', found: relying() };
const erased = IdentityErased({ requestId, reason });

test('with a second person it is erased who the witness is', () =>
  given(witness, ...history, requested)
    .when(approveErasure, approval, second)
    .then(erased));

test('what is sealed leaves the state, and everything else stays', () => {
  const before = witnessAfter(...history, asked);
  const after = witnessAfter(...history, asked, erased);
  expect(after.sealed).toEqual({});
  expect(after.erased).toBe(true);
  expect(after.interviews[interviewId]).toEqual(before.interviews[interviewId]);
  expect(after.consents).toEqual(before.consents);
  expect(after.pseudonym).toBe(before.pseudonym);
});

test('an approval again changes nothing, whoever relies on the witness since', () =>
  given(witness, ...history, requested, by('second', erased))
    .when(approveErasure, approval, { actor: 'second' })
    .nothing());

test('who asked does not approve, through no service and for nobody', async () => {
  for (const asker of [
    { actor: 'first' },
    { actor: 'portal', onBehalfOf: 'first' },
    { actor: 'first', onBehalfOf: 'second' },
  ])
    await given(witness, ...history, requested)
      .when(approveErasure, approval, { ...asker, found: relying() })
      .refused('same-person');
});

test('two people who use one service are two', () =>
  given(witness, ...history, by('portal', asked, 'first'))
    .when(approveErasure, approval, { ...second, actor: 'portal', onBehalfOf: 'second' })
    .then(erased));

test('not while a referral that was transmitted relies on the witness', () =>
  given(witness, ...history, requested)
    .when(approveErasure, approval, { ...second, found: relying(sampleId('referral')) })
    .refused('witness-relied-upon'));

test('there has to be a request', () =>
  given(witness, ...history)
    .when(approveErasure, approval, { actor: 'second' })
    .refused('approval-unknown'));

test('an expired request is not approved', () =>
  given(witness, ...history, requested)
    .when(approveErasure, approval, { ...second, now: request.expiresAt })
    .refused('approval-expired'));

test('a request lapses when what it was about changed, or something else was reviewed', async () => {
  for (const change of [
    IdentityRevised({ contact: sealedSample, reason: 'A new telephone' }),
    ProtectionOrdered({ level: 'basic', measures: ['pseudonym'] }),
    interviewed({ interviewId: sampleId('another') }),
  ])
    await given(witness, ...history, requested, change)
      .when(approveErasure, approval, second)
      .refused('approval-lapsed');
  await given(witness, ...history, requested)
    .when(approveErasure, { ...approval, digest: '0'.repeat(64) }, second)
    .refused('approval-lapsed');
});
