import { derivedId } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { registered, sampleId } from '../testing/samples.js';
import { evidence, EvidenceRestricted, RestrictionLifted } from './evidence.js';
import { restrictEvidence } from './restrict-evidence.js';

const leadOnly = {
  kind: 'leadOnly' as const,
  provider: 'A government',
  permits: [],
  legalBasis: 'Agreement of 2024',
};
const first = sampleId('first');
/** The id that the test's first command gives its restriction. */
const restrictionId = derivedId('part', derivedId('test', 'command', 'first'), 'restriction');

test("a provider's demand is put on the item, beside others", () =>
  given(
    evidence,
    registered(),
    EvidenceRestricted({ restrictionId: first, ...leadOnly, provider: 'A laboratory' }),
  )
    .when(restrictEvidence, leadOnly)
    .then(EvidenceRestricted({ restrictionId, ...leadOnly })));

test('the same demand again changes nothing, also when the item came with it', async () => {
  await given(evidence, registered(), EvidenceRestricted({ restrictionId: first, ...leadOnly }))
    .when(restrictEvidence, leadOnly)
    .nothing();
  await given(evidence, registered({ restrictions: [{ restrictionId: first, ...leadOnly }] }))
    .when(restrictEvidence, leadOnly)
    .nothing();
});

test('a lifted restriction can be put on anew', () =>
  given(
    evidence,
    registered(),
    EvidenceRestricted({ restrictionId: first, ...leadOnly }),
    RestrictionLifted({ restrictionId: first, providerConsentEvidenceId: sampleId('letter') }),
  )
    .when(restrictEvidence, leadOnly)
    .then(EvidenceRestricted({ restrictionId, ...leadOnly })));
