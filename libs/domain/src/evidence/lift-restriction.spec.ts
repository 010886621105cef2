import { by, given, subjectId } from '#event-sourcing/testing';
import { acknowledged, breached } from '../testing/exhibit.js';
import { registered, sampleId } from '../testing/samples.js';
import { AuthenticityAssessed, evidence, RestrictionLifted } from './evidence.js';
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

test('no restriction is lifted by a consent that own staff find inauthentic', async () => {
  const assessed = (outcome: 'authentic' | 'inauthentic', kind: 'own' | 'external' = 'own') =>
    AuthenticityAssessed({
      outcome,
      methods: ['Comparison of letterheads'],
      by:
        kind === 'own'
          ? { kind }
          : { kind, organisation: 'A laboratory', reportEvidenceId: sampleId('report') },
    });
  const forged = assessed('inauthentic');
  await given(evidence, restricted)
    .and(evidence, letter, registered(), by('analyst-reed', assessed('authentic')), by('analyst-fox', forged))
    .when(liftRestriction, lifting)
    .refused('consent-inauthentic');
  for (const events of [[forged, assessed('authentic')], [assessed('inauthentic', 'external')]])
    await given(evidence, restricted)
      .and(evidence, letter, registered(), ...events)
      .when(liftRestriction, lifting)
      .then(RestrictionLifted(lifting));
});

test('no restriction is lifted by a consent whose integrity is broken', async () => {
  await given(evidence, restricted)
    .and(evidence, letter, registered(), breached())
    .when(liftRestriction, lifting)
    .refused('evidence-quarantined');
  await given(evidence, restricted)
    .and(evidence, letter, registered(), breached(), acknowledged)
    .when(liftRestriction, lifting)
    .refused('evidence-impaired');
});
