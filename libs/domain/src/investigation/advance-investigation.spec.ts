import { given } from '#event-sourcing/testing';
import {
  attached,
  closed,
  examining,
  forum,
  investigating,
  killing,
  linked,
  met,
  opened,
  openedAs,
  reviewing,
  suspended,
} from '../testing/case.js';
import { sampleId } from '../testing/samples.js';
import type { ThresholdTest } from '../value-lists.js';
import { advanceInvestigation } from './advance-investigation.js';
import {
  ConflictOfInterestDeclared,
  IncidentAttached,
  IncidentDetached,
  investigation,
  LeadAssigned,
  ThresholdAssessed,
} from './investigation.js';

const supervisor = { roles: ['SupervisingProsecutor'] };
const allMet = [met('jurisdiction'), met('complementarity'), met('gravity'), met('interestsOfJustice')];
const toExamination = { to: 'preliminaryExamination' } as const;
const toInvestigation = { to: 'investigation' } as const;
const toReview = { to: 'chargingReview' } as const;

test('a case with an incident is examined', () =>
  given(investigation, opened, attached).when(advanceInvestigation, toExamination).then(examining));

test('without an incident only a structural case goes on', async () => {
  for (const profile of ['standard', 'mandatoryProsecution'] as const)
    await given(investigation, openedAs(profile))
      .when(advanceInvestigation, toExamination)
      .refused('incident-missing');
  const structural = [openedAs('structural'), examining];
  await given(investigation, openedAs('structural'))
    .when(advanceInvestigation, toExamination)
    .then(examining);
  await given(investigation, ...structural, ...allMet)
    .when(advanceInvestigation, toInvestigation, supervisor)
    .then(investigating);
  await given(
    investigation,
    opened,
    attached,
    examining,
    ...allMet,
    IncidentDetached({ incidentId: killing, reason: 'Another case covers it' }),
  )
    .when(advanceInvestigation, toInvestigation, supervisor)
    .refused('incident-missing');
});

test('a supervising prosecutor turns an examination whose thresholds are met into an investigation', () =>
  given(investigation, opened, attached, examining, ...allMet)
    .when(advanceInvestigation, toInvestigation, supervisor)
    .then(investigating));

test('nobody else does', () =>
  given(investigation, opened, attached, examining, ...allMet)
    .when(advanceInvestigation, toInvestigation, { roles: ['Prosecutor'] })
    .refused('supervising-prosecutor-required'));

test.each([
  ['jurisdiction', 'jurisdiction-not-met'],
  ['complementarity', 'complementarity-not-met'],
  ['gravity', 'gravity-not-met'],
  ['interestsOfJustice', 'interests-of-justice-not-met'],
])('%s has to be met', async (test, code) => {
  const others = allMet.filter(({ data }) => data.test !== test);
  await given(investigation, opened, attached, examining, ...others)
    .when(advanceInvestigation, toInvestigation, supervisor)
    .refused(code);
  const refuted = allMet
    .filter(({ data }) => data.test === test)
    .map(({ data }) => ThresholdAssessed({ ...data, result: 'notMet' }));
  await given(investigation, opened, attached, examining, ...allMet, ...refuted)
    .when(advanceInvestigation, toInvestigation, supervisor)
    .refused(code);
});

test('mandatory prosecution asks for no gravity', () =>
  given(
    investigation,
    openedAs('mandatoryProsecution'),
    attached,
    examining,
    met('jurisdiction'),
    met('complementarity'),
    met('interestsOfJustice'),
  )
    .when(advanceInvestigation, toInvestigation, supervisor)
    .then(investigating));

test('an attached incident meets a test as long as nobody assessed the case; another forum never does', async () => {
  const others = allMet.filter(({ data }) => data.test !== 'gravity');
  const gravity = { test: 'gravity', forum, basis: 'Memorandum', result: 'met' } as const;
  const ofTheKilling = ThresholdAssessed({ ...gravity, incidentId: killing });
  const examined = [opened, attached, examining, ...others];
  await given(investigation, ...examined, ofTheKilling)
    .when(advanceInvestigation, toInvestigation, supervisor)
    .then(investigating);
  await given(investigation, ...examined, ofTheKilling, ThresholdAssessed({ ...gravity, result: 'notMet' }))
    .when(advanceInvestigation, toInvestigation, supervisor)
    .refused('gravity-not-met');
  await given(investigation, ...examined, ThresholdAssessed({ ...gravity, forum: ` ${forum.toUpperCase()}` }))
    .when(advanceInvestigation, toInvestigation, supervisor)
    .then(investigating);
  await given(investigation, ...examined, ThresholdAssessed({ ...gravity, forum: 'A national court' }))
    .when(advanceInvestigation, toInvestigation, supervisor)
    .refused('gravity-not-met');
});

describe('tests that were assessed for incidents', () => {
  const bridge = sampleId('bridge');
  const of = (incidentId: string, ...tests: ThresholdTest[]) =>
    tests.map((test) => ThresholdAssessed({ ...met(test).data, incidentId }));
  const examined = [opened, attached, IncidentAttached({ incidentId: bridge }), examining];

  test('are met for one incident, with those of the case', () =>
    given(
      investigation,
      ...examined,
      met('jurisdiction'),
      ...of(bridge, 'complementarity', 'gravity', 'interestsOfJustice'),
    )
      .when(advanceInvestigation, toInvestigation, supervisor)
      .then(investigating));

  test('are not gathered from several', () =>
    given(
      investigation,
      ...examined,
      ...of(killing, 'jurisdiction', 'complementarity', 'interestsOfJustice'),
      ...of(bridge, 'complementarity', 'gravity', 'interestsOfJustice'),
    )
      .when(advanceInvestigation, toInvestigation, supervisor)
      .refused('gravity-not-met'));

  test('do not count for an incident that was detached', () =>
    given(
      investigation,
      ...examined,
      ...of(bridge, 'jurisdiction', 'complementarity', 'gravity', 'interestsOfJustice'),
      IncidentDetached({ incidentId: bridge, reason: 'Another case covers it' }),
    )
      .when(advanceInvestigation, toInvestigation, supervisor)
      .refused('jurisdiction-not-met'));
});

test('a case whose lead has a conflict of interest waits for another', async () => {
  const led = [opened, attached, LeadAssigned({ lead: 'prosecutor-vega' })];
  const conflict = ConflictOfInterestDeclared({
    member: 'prosecutor-vega',
    reason: 'A relative',
    irregularities: [],
  });
  await given(investigation, ...led, conflict)
    .when(advanceInvestigation, toExamination)
    .refused('lead-conflicted');
  await given(investigation, ...led, conflict, LeadAssigned({ lead: 'prosecutor-moss' }))
    .when(advanceInvestigation, toExamination)
    .then(examining);
});

test('charges are reviewed when every item was', async () => {
  const investigated = [opened, attached, examining, investigating];
  await given(investigation, ...investigated, linked())
    .when(advanceInvestigation, toReview)
    .refused('bearing-unreviewed');
  await given(investigation, ...investigated, linked('context'))
    .when(advanceInvestigation, toReview)
    .then(reviewing);
});

test('the stage it is at changes nothing', () =>
  given(investigation, opened, attached, examining).when(advanceInvestigation, toExamination).nothing());

test('one stage at a time, and forward only', async () => {
  await given(investigation, opened, attached, ...allMet)
    .when(advanceInvestigation, toInvestigation, supervisor)
    .refused('not-next-stage');
  await given(investigation, opened, attached, examining)
    .when(advanceInvestigation, { to: 'opened' })
    .refused('not-next-stage');
});

test('neither a closed nor a suspended case advances', async () => {
  await given(investigation, opened, attached, closed)
    .when(advanceInvestigation, toExamination)
    .refused('investigation-closed');
  await given(investigation, opened, attached, suspended)
    .when(advanceInvestigation, toExamination)
    .refused('investigation-suspended');
});
