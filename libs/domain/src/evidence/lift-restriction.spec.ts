import { given, subjectId } from '#event-sourcing/testing';
import { registered, sampleId } from '../testing/samples.js';
import { evidence, RestrictionLifted } from './evidence.js';
import { liftRestriction } from './lift-restriction.js';

const letter = sampleId('letter');
const lifting = { restrictionId: sampleId('restriction'), providerConsentEvidenceId: letter };
const restricted = registered({
  restrictions: [
    {
      restrictionId: lifting.restrictionId,
      kind: 'leadOnly',
      provider: 'A government',
      permits: [],
      legalBasis: 'Agreement of 2024',
    },
  ],
});

test('a restriction is lifted by the consent of its provider', () =>
  given(evidence, restricted)
    .and(evidence, letter, registered({ form: 'document', kind: 'document' }))
    .when(liftRestriction, lifting)
    .then(RestrictionLifted(lifting)));

test('a lifted restriction is lifted', () =>
  given(evidence, restricted, RestrictionLifted(lifting))
    .and(evidence, letter, registered())
    .when(liftRestriction, lifting)
    .nothing());

test('there has to be such a restriction', () =>
  given(evidence, registered())
    .and(evidence, letter, registered())
    .when(liftRestriction, lifting)
    .refused('restriction-unknown'));

test('the consent has to be another item, and registered', async () => {
  await given(evidence, restricted).when(liftRestriction, lifting).refused('evidence-unknown');
  await given(evidence, restricted)
    .when(liftRestriction, { ...lifting, providerConsentEvidenceId: subjectId })
    .refused('consent-is-item');
});
