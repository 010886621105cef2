import { given } from '#event-sourcing/testing';
import { attached, closed, examining, investigating, opened, suspended } from '../testing/case.js';
import { investigation, InvestigationReturned } from './investigation.js';
import { returnInvestigation } from './return-investigation.js';

const returning = { to: 'opened', reason: 'The scope is unclear' } as const;
const investigated = [opened, attached, examining, investigating] as const;

test('a case goes back to any earlier stage, with a reason', async () => {
  for (const to of ['opened', 'preliminaryExamination'] as const)
    await given(investigation, ...investigated)
      .when(returnInvestigation, { ...returning, to })
      .then(InvestigationReturned({ ...returning, from: 'investigation', to }));
});

test('the stage it is at changes nothing', () =>
  given(investigation, opened).when(returnInvestigation, returning).nothing());

test('a return is not a way forward', () =>
  given(investigation, opened)
    .when(returnInvestigation, { ...returning, to: 'investigation' })
    .refused('not-earlier-stage'));

test('neither a closed nor a suspended case goes back', async () => {
  await given(investigation, ...investigated, closed)
    .when(returnInvestigation, returning)
    .refused('investigation-closed');
  await given(investigation, ...investigated, suspended)
    .when(returnInvestigation, returning)
    .refused('investigation-suspended');
});
