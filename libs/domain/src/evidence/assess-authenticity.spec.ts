import { by, given, subjectId } from '#event-sourcing/testing';
import { registered, sampleId } from '../testing/samples.js';
import { assessAuthenticity } from './assess-authenticity.js';
import { AuthenticityAssessed, evidence, foundAuthenticByOwnStaff } from './evidence.js';

const own = { outcome: 'authentic' as const, methods: ['Shadows and weather'], by: { kind: 'own' as const } };
const disputed = { ...own, outcome: 'disputed' as const, limitations: 'Only a re-encoded copy was at hand' };
const report = sampleId('report');
const external = {
  ...own,
  by: { kind: 'external' as const, organisation: 'A laboratory', reportEvidenceId: report },
};
const reed = { actor: 'analyst-reed' };

test('own staff assesses an item', () =>
  given(evidence, registered()).when(assessAuthenticity, own, reed).then(AuthenticityAssessed(own)));

test("another organisation's assessment is passed on with its report", () =>
  given(evidence, registered())
    .and(evidence, report, registered({ form: 'document', kind: 'forensicReport' }))
    .when(assessAuthenticity, external, reed)
    .then(AuthenticityAssessed(external)));

test('assessments stand beside each other, of several people and of one', async () => {
  await given(evidence, registered(), by('analyst-fox', AuthenticityAssessed(own)))
    .when(assessAuthenticity, own, reed)
    .then(AuthenticityAssessed(own));
  const before = [AuthenticityAssessed(own), AuthenticityAssessed(disputed)];
  await given(evidence, registered(), ...before.map((event) => by('analyst-reed', event)))
    .when(assessAuthenticity, own, reed)
    .then(AuthenticityAssessed(own));
});

test('the same assessment again changes nothing', async () => {
  await given(evidence, registered(), by('analyst-reed', AuthenticityAssessed(own)))
    .when(assessAuthenticity, own, reed)
    .nothing();
  await given(
    evidence,
    registered(),
    by('analyst-reed', AuthenticityAssessed(external)),
    by('analyst-reed', AuthenticityAssessed(disputed)),
  )
    .and(evidence, report, registered())
    .when(assessAuthenticity, external, reed)
    .nothing();
});

test('the report has to be another item, and registered', async () => {
  await given(evidence, registered()).when(assessAuthenticity, external, reed).refused('evidence-unknown');
  await given(evidence, registered())
    .when(assessAuthenticity, { ...external, by: { ...external.by, reportEvidenceId: subjectId } }, reed)
    .refused('report-is-item');
});

test('an assessment has a method', () =>
  given(evidence, registered())
    .when(assessAuthenticity, { ...own, methods: [] })
    .invalid('/methods'));

test('own staff finds an item authentic by the newest word of each, external ones do not count', () => {
  const found = (...assessments: [string, Parameters<typeof AuthenticityAssessed>[0]][]): boolean => {
    const state = evidence.initial();
    for (const [subject, assessed] of assessments)
      evidence.evolve(state, AuthenticityAssessed(assessed), {
        eventId: report,
        revision: 1,
        actor: { subject, roles: [] },
      });
    return foundAuthenticByOwnStaff(state);
  };
  const forged = { ...own, outcome: 'inauthentic' as const };
  expect(found()).toBe(false);
  expect(found(['reed', external])).toBe(false);
  expect(found(['reed', own], ['fox', { ...external, outcome: 'inauthentic' }])).toBe(true);
  expect(found(['reed', own], ['fox', forged])).toBe(false);
  expect(found(['reed', own], ['fox', disputed])).toBe(false);
  expect(found(['reed', own], ['fox', forged], ['fox', own])).toBe(true);
  expect(found(['reed', own], ['fox', { ...own, outcome: 'inconclusive' }])).toBe(true);
});
