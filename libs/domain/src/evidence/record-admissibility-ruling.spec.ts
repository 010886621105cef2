import { given } from '#event-sourcing/testing';
import { registered } from '../testing/samples.js';
import { AdmissibilityRuled, evidence } from './evidence.js';
import { recordAdmissibilityRuling } from './record-admissibility-ruling.js';

const excluded = {
  forum: 'International Criminal Court',
  proceeding: 'ICC-1',
  decision: 'excluded' as const,
  ground: 'Article 69(7)',
  ruledOn: '2025-02-27',
};
const admitted = { ...excluded, decision: 'admitted' as const, ground: 'On appeal' };
const ruled = (ruling: Omit<Parameters<typeof AdmissibilityRuled>[0], 'irregularities'>) =>
  AdmissibilityRuled({ ...ruling, irregularities: [] });

test('a ruling is recorded, and a later one beside it', async () => {
  await given(evidence, registered()).when(recordAdmissibilityRuling, excluded).then(ruled(excluded));
  await given(evidence, registered(), ruled(excluded))
    .when(recordAdmissibilityRuling, admitted)
    .then(ruled(admitted));
});

test('another proceeding rules for itself', () => {
  const elsewhere = { ...excluded, proceeding: 'ICC-2' };
  return given(evidence, registered(), ruled(excluded))
    .when(recordAdmissibilityRuling, elsewhere)
    .then(ruled(elsewhere));
});

test('the same ruling again changes nothing', async () => {
  await given(evidence, registered(), ruled(excluded)).when(recordAdmissibilityRuling, excluded).nothing();
  await given(evidence, registered(), ruled(excluded), ruled({ ...excluded, proceeding: 'ICC-2' }))
    .when(recordAdmissibilityRuling, excluded)
    .nothing();
});

test('a ruling dated in the future is on record as irregular', () => {
  const early = { ...excluded, ruledOn: '2025-03-02' };
  return given(evidence, registered())
    .when(recordAdmissibilityRuling, early)
    .then(AdmissibilityRuled({ ...early, irregularities: ['date-in-future'] }));
});

test('a ruling that was entered irregularly is entered again when its day has come', async () => {
  const early = AdmissibilityRuled({
    ...admitted,
    ruledOn: '2025-03-02',
    irregularities: ['date-in-future'],
  });
  const asked = { ...admitted, ruledOn: '2025-03-02' };
  await given(evidence, registered(), early).when(recordAdmissibilityRuling, asked).nothing();
  await given(evidence, registered(), early)
    .when(recordAdmissibilityRuling, asked, { now: '2025-03-02T09:00:00.000Z' })
    .then(ruled(asked));
});
