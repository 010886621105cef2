import { given } from '#event-sourcing/testing';
import { attached, closed, examining, opened, suspended } from '../testing/case.js';
import { investigation, InvestigationResumed, InvestigationSuspended } from './investigation.js';
import { resumeInvestigation } from './resume-investigation.js';

const resuming = { reason: 'The partner answered' };

test('a case goes on where it was suspended', () =>
  given(
    investigation,
    opened,
    attached,
    examining,
    InvestigationSuspended({ from: 'preliminaryExamination', reason: 'The partner is silent' }),
  )
    .when(resumeInvestigation, resuming)
    .then(InvestigationResumed({ ...resuming, to: 'preliminaryExamination' })));

test('a case that goes on has nothing to resume', async () => {
  await given(investigation, opened).when(resumeInvestigation, resuming).nothing();
  await given(investigation, opened, suspended, InvestigationResumed({ ...resuming, to: 'opened' }))
    .when(resumeInvestigation, resuming)
    .nothing();
});

test('a closed case is not resumed, also when it was suspended', async () => {
  for (const history of [[opened], [opened, suspended]])
    await given(investigation, ...history, closed)
      .when(resumeInvestigation, resuming)
      .refused('investigation-closed');
});
