import {
  after,
  attached,
  closed,
  examining,
  investigating,
  linked,
  met,
  opened,
  openedAs,
  reviewing,
  suspended,
} from '../testing/case.js';
import { nextStep } from './next-step.js';

test('a new case waits for an incident', () => {
  expect(nextStep(after(opened))).toEqual({
    step: 'AdvanceInvestigation',
    to: 'preliminaryExamination',
    blockedBy: ['incident-missing'],
  });
  expect(nextStep(after(openedAs('structural')))).toMatchObject({ blockedBy: [] });
});

test('an examination waits for everything its profile asks for', () => {
  expect(nextStep(after(opened, examining, met('gravity')))).toEqual({
    step: 'AdvanceInvestigation',
    to: 'investigation',
    blockedBy: [
      'incident-missing',
      'jurisdiction-not-met',
      'complementarity-not-met',
      'interests-of-justice-not-met',
    ],
  });
});

test('an investigation waits for the review of its items', () => {
  const investigated = [opened, attached, examining, investigating];
  expect(nextStep(after(...investigated, linked()))).toEqual({
    step: 'AdvanceInvestigation',
    to: 'chargingReview',
    blockedBy: ['bearing-unreviewed'],
  });
  expect(nextStep(after(...investigated, linked('context')))).toMatchObject({ blockedBy: [] });
});

test('a suspended case waits to be resumed, a closed case and a charging review for nothing', () => {
  expect(nextStep(after(opened, suspended))).toEqual({
    step: 'ResumeInvestigation',
    to: 'opened',
    blockedBy: [],
  });
  expect(nextStep(after(opened, closed))).toBeUndefined();
  expect(nextStep(after(opened, attached, examining, investigating, reviewing))).toBeUndefined();
});
