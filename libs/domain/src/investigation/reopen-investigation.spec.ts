import { given } from '#event-sourcing/testing';
import { closed, opened } from '../testing/case.js';
import { investigation, InvestigationReopened } from './investigation.js';
import { reopenInvestigation } from './reopen-investigation.js';

const witness = { newFact: 'A witness came forward' };
const order = { newFact: 'The written order was found' };

test('a closed case is reopened for a new fact', () =>
  given(investigation, opened, closed)
    .when(reopenInvestigation, witness)
    .then(InvestigationReopened(witness)));

test('the same fact again changes nothing', () =>
  given(investigation, opened, closed, InvestigationReopened(witness))
    .when(reopenInvestigation, witness)
    .nothing());

test('only a closed case is reopened', async () => {
  await given(investigation, opened).when(reopenInvestigation, witness).refused('investigation-not-closed');
  await given(investigation, opened, closed, InvestigationReopened(witness))
    .when(reopenInvestigation, order)
    .refused('investigation-not-closed');
});

test('a fact is new once', async () => {
  const closedAgain = [opened, closed, InvestigationReopened(witness), closed];
  await given(investigation, ...closedAgain)
    .when(reopenInvestigation, witness)
    .refused('fact-not-new');
  await given(investigation, ...closedAgain)
    .when(reopenInvestigation, order)
    .then(InvestigationReopened(order));
});
