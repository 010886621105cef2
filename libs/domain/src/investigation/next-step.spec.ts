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
import { sampleId } from '../testing/samples.js';
import type { ThresholdTest } from '../value-lists.js';
import {
  ConflictOfInterestDeclared,
  IncidentAttached,
  LeadAssigned,
  ThresholdAssessed,
} from './investigation.js';
import { nextStep } from './next-step.js';

test('a new case waits for an incident', () => {
  expect(nextStep(after(opened))).toEqual({
    step: 'AdvanceInvestigation',
    to: 'preliminaryExamination',
    blockedBy: ['incident-missing'],
  });
  expect(nextStep(after(openedAs('structural')))).toMatchObject({ blockedBy: [] });
});

test('a case waits for another lead when the one it has declared a conflict of interest', () => {
  const led = [opened, attached, LeadAssigned({ lead: 'prosecutor-vega' })];
  const conflict = ConflictOfInterestDeclared({
    member: 'prosecutor-vega',
    reason: 'A relative',
    irregularities: [],
  });
  expect(nextStep(after(...led, conflict))).toMatchObject({ blockedBy: ['lead-conflicted'] });
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

test('of several incidents the one that lacks least is told', () => {
  const of = (incident: string, test: ThresholdTest) =>
    ThresholdAssessed({ ...met(test).data, incidentId: sampleId(incident) });
  const examined = [opened, IncidentAttached({ incidentId: sampleId('bridge') }), attached, examining];
  const assessed = [of('bridge', 'gravity'), of('killing', 'jurisdiction'), of('killing', 'complementarity')];
  expect(nextStep(after(...examined, ...assessed))).toMatchObject({
    blockedBy: ['gravity-not-met', 'interests-of-justice-not-met'],
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
