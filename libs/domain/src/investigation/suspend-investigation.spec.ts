import { given } from '#event-sourcing/testing';
import { attached, closed, examining, opened, suspended } from '../testing/case.js';
import { investigation, InvestigationSuspended } from './investigation.js';
import { suspendInvestigation } from './suspend-investigation.js';

const suspending = { reason: 'The partner is silent' };

test('a case rests at any stage, which is remembered', async () => {
  await given(investigation, opened).when(suspendInvestigation, suspending).then(suspended);
  await given(investigation, opened, attached, examining)
    .when(suspendInvestigation, suspending)
    .then(InvestigationSuspended({ ...suspending, from: 'preliminaryExamination' }));
});

test('a suspended case is suspended', () =>
  given(investigation, opened, suspended).when(suspendInvestigation, suspending).nothing());

test('a closed case does not rest', () =>
  given(investigation, opened, closed)
    .when(suspendInvestigation, suspending)
    .refused('investigation-closed'));
