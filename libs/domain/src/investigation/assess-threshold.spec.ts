import { given } from '#event-sourcing/testing';
import { attached, closed, forum, killing, met, opened, suspended } from '../testing/case.js';
import { assessThreshold } from './assess-threshold.js';
import { investigation, ThresholdAssessed } from './investigation.js';

const gravity = { test: 'gravity', basis: 'Memorandum of 2 March', result: 'met' } as const;
const notMet = { ...gravity, result: 'notMet' } as const;
const ofTheKilling = { ...gravity, incidentId: killing };

test('a test is assessed before the forum of the case', () =>
  given(investigation, opened)
    .when(assessThreshold, gravity)
    .then(ThresholdAssessed({ ...gravity, forum })));

test('a test is assessed for one incident, or before another forum', async () => {
  await given(investigation, opened, attached, met('gravity'))
    .when(assessThreshold, ofTheKilling)
    .then(ThresholdAssessed({ ...ofTheKilling, forum }));
  await given(investigation, opened, met('gravity'))
    .when(assessThreshold, { ...gravity, forum: 'A national court' })
    .then(ThresholdAssessed({ ...gravity, forum: 'A national court' }));
});

test('a later assessment takes the place of the earlier', () =>
  given(investigation, opened, met('gravity'), ThresholdAssessed({ ...notMet, forum }))
    .when(assessThreshold, gravity)
    .then(ThresholdAssessed({ ...gravity, forum })));

test('the same assessment again changes nothing', () =>
  given(investigation, opened, met('gravity')).when(assessThreshold, gravity).nothing());

test('the incident has to be attached', () =>
  given(investigation, opened).when(assessThreshold, ofTheKilling).refused('incident-not-attached'));

test('neither in a closed nor in a suspended case', async () => {
  await given(investigation, opened, closed).when(assessThreshold, gravity).refused('investigation-closed');
  await given(investigation, opened, suspended)
    .when(assessThreshold, gravity)
    .refused('investigation-suspended');
});
