import { streamOf } from '#event-sourcing';
import { ConflictOfInterestDeclared } from '../investigation/investigation.js';
import { video } from '../testing/case.js';
import {
  byApprover,
  byDrafter,
  givenReferral,
  histories,
  referred,
} from '../../../../test/support/handover.js';
import { ReturnRequested } from './referral.js';
import { requestReturn } from './request-return.js';

const sent = [byDrafter, byApprover, referred];
const all = { reason: 'The agreement has ended' };
const one = { reason: 'Its provider asks for it', items: [streamOf('evidence', video)] };

test('all of it or some of it is asked back', async () => {
  await givenReferral(sent).when(requestReturn, all).then(ReturnRequested(all));
  await givenReferral([...sent, ReturnRequested(one)])
    .when(requestReturn, all)
    .then(ReturnRequested(all));
});

test('asked back for the same reason is asked back', () =>
  givenReferral([...sent, ReturnRequested(one), ReturnRequested(all)])
    .when(requestReturn, one)
    .nothing());

test('what was not sent is withdrawn instead', () =>
  givenReferral([byDrafter, byApprover]).when(requestReturn, all).refused('referral-not-transmitted'));

test('what was not handed on is not asked back', () =>
  givenReferral(sent)
    .when(requestReturn, { ...all, items: [streamOf('incident', video)] })
    .refused('not-in-manifest'));

test('who declared a conflict of interest asks for nothing', () => {
  const conflict = ConflictOfInterestDeclared({ member: 'vega', reason: 'A relative', irregularities: [] });
  return givenReferral(sent, { subject: [...histories.subject, conflict] })
    .when(requestReturn, all, { actor: 'vega' })
    .refused('conflict-of-interest');
});
