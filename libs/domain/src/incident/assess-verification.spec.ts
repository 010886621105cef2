import { by, given, subjectId } from '#event-sourcing/testing';
import {
  allegation,
  AllegationLinkedToIncident,
  AllegationTriaged,
  AllegationWithdrawn,
} from '../allegation/allegation.js';
import { AdmissibilityRuled, AuthenticityAssessed, evidence } from '../evidence/evidence.js';
import type { Source } from '../values.js';
import { acknowledged, breached } from '../testing/exhibit.js';
import { accountOf, filed, recorded, registered, sampleId } from '../testing/samples.js';
import { assessVerification } from './assess-verification.js';
import {
  incident,
  IncidentCorrected,
  IncidentMerged,
  IncidentVerificationAssessed,
  VerificationBegun,
  type VerificationBasis,
} from './incident.js';

const method = 'Geolocation and shadows, checked by two people';
const video = sampleId('video');
const one = sampleId('account one');
const other = sampleId('account two');
const external: VerificationBasis = { kind: 'external', organisation: 'UN mission', reference: 'para. 34' };
const verifiedBy = (...basis: VerificationBasis[]) => ({ outcome: 'verified' as const, method, basis });
const byVideo = verifiedBy({ kind: 'evidence', id: video });
const byAccounts = verifiedBy({ kind: 'allegation', id: one }, { kind: 'allegation', id: other });

const begun = VerificationBegun({});
const underVerification = given(incident, by('recorder', recorded()), begun);
const own = AuthenticityAssessed({ outcome: 'authentic', methods: ['metadata'], by: { kind: 'own' } });
const foreign = AuthenticityAssessed({
  outcome: 'authentic',
  methods: ['metadata'],
  by: { kind: 'external', organisation: 'Laboratory', reportEvidenceId: sampleId('report') },
});
const leadOnly = {
  kind: 'leadOnly' as const,
  provider: 'A government',
  permits: [],
  legalBasis: 'Agreement of 2024',
};
const ruling = { forum: 'A court', proceeding: '12/2025', ground: 'Authority', irregularities: [] };
const supports = AllegationLinkedToIncident({ incidentId: subjectId, stance: 'supports' });
const oneAccount = underVerification.and(allegation, one, filed(accountOf('River Valley Monitor')), supports);

test('an item that own staff found authentic verifies', () =>
  underVerification
    .and(evidence, video, registered(), own)
    .when(assessVerification, byVideo)
    .then(IncidentVerificationAssessed(byVideo)));

test('two accounts of different origin verify', () =>
  oneAccount
    .and(allegation, other, filed(accountOf('Lake Observers')), supports)
    .when(assessVerification, byAccounts)
    .then(IncidentVerificationAssessed(byAccounts)));

test('the same assessment again changes nothing', () =>
  given(incident, by('recorder', recorded()), begun, IncidentVerificationAssessed(byVideo))
    .and(evidence, video, registered(), own)
    .when(assessVerification, byVideo)
    .nothing());

test('every other outcome needs no more than its basis', async () => {
  for (const outcome of ['unsubstantiated', 'inconclusive', 'refuted'] as const)
    await underVerification
      .when(assessVerification, { outcome, method, basis: [external] }, { actor: 'recorder' })
      .then(IncidentVerificationAssessed({ outcome, method, basis: [external] }));
});

test('whoever recorded the incident does not find it verified', () =>
  underVerification
    .and(evidence, video, registered(), own)
    .when(assessVerification, byVideo, { actor: 'recorder' })
    .refused('verifier-is-recorder'));

test('nor does whoever corrected it, through no service and for nobody', async () => {
  const corrected = IncidentCorrected({ corrected: { title: 'At the mill' }, reason: 'A better title' });
  for (const verifier of [
    { actor: 'corrector' },
    { actor: 'portal', onBehalfOf: 'corrector' },
    { actor: 'corrector', onBehalfOf: 'verifier' },
    { actor: 'recorder', onBehalfOf: 'verifier' },
  ])
    await given(incident, by('recorder', recorded()), by('corrector', corrected), begun)
      .and(evidence, video, registered(), own)
      .when(assessVerification, byVideo, verifier)
      .refused('verifier-is-recorder');
});

test('a service that recorded it for somebody else also serves the verifier', () =>
  given(incident, by('portal', recorded(), 'recorder'), begun)
    .and(evidence, video, registered(), own)
    .when(assessVerification, byVideo, { actor: 'portal', onBehalfOf: 'verifier' })
    .then(IncidentVerificationAssessed(byVideo)));

test('nothing but an external verification is not enough', () =>
  underVerification.when(assessVerification, verifiedBy(external)).refused('verification-unsupported'));

test('an item that only others found authentic is not enough', () =>
  underVerification
    .and(evidence, video, registered(), foreign)
    .when(assessVerification, byVideo)
    .refused('verification-unsupported'));

test.each<[string, Parameters<typeof registered>[0], Parameters<typeof AdmissibilityRuled>[0][]]>([
  ['given as a lead only', { restrictions: [{ restrictionId: sampleId('restriction'), ...leadOnly }] }, []],
  ['acquired irregularly', { irregularities: ['legal-authority-missing'] }, []],
  [
    'that a forum excluded as irregular',
    { irregularities: ['legal-authority-missing'] },
    [{ ...ruling, decision: 'excluded' }],
  ],
])('an item %s is not enough', (_, over, rulings) =>
  underVerification
    .and(evidence, video, registered(over), own, ...rulings.map((ruled) => AdmissibilityRuled(ruled)))
    .when(assessVerification, byVideo)
    .refused('verification-unsupported'),
);

test('an item in quarantine, or impaired, is not enough', async () => {
  for (const events of [[breached()], [breached(), acknowledged]])
    await underVerification
      .and(evidence, video, registered(), own, ...events)
      .when(assessVerification, byVideo)
      .refused('verification-unsupported');
});

test('an irregular item that a forum admitted verifies', () =>
  underVerification
    .and(
      evidence,
      video,
      registered({ irregularities: ['legal-authority-missing'] }),
      own,
      AdmissibilityRuled({ ...ruling, decision: 'admitted' }),
    )
    .when(assessVerification, byVideo)
    .then(IncidentVerificationAssessed(byVideo)));

test('an item that own staff dispute as well is not enough', async () => {
  for (const outcome of ['disputed', 'inauthentic'] as const)
    await underVerification
      .and(
        evidence,
        video,
        registered(),
        own,
        by('analyst-fox', AuthenticityAssessed({ ...own.data, outcome })),
      )
      .when(assessVerification, byVideo)
      .refused('verification-unsupported');
});

test('one account beside an external verification is not enough', () =>
  oneAccount
    .when(assessVerification, verifiedBy({ kind: 'allegation', id: one }, external))
    .refused('verification-unsupported'));

test.each<[string, Source]>([
  ['organisation', { kind: 'organisation', organisation: ' river valley MONITOR', reference: 'Report 2' }],
  [
    'organisation, though only one names its informant',
    {
      kind: 'individual',
      organisation: 'River Valley Monitor',
      informantId: sampleId('informant'),
      reference: 'Call',
    },
  ],
  ['reference', { kind: 'media', reference: 'River Valley Monitor, report 1' }],
  [
    'unknown origin, one naming an informant and one an organisation,',
    { kind: 'individual', informantId: sampleId('informant'), reference: 'Call' },
  ],
  ['unknown origin, one naming nobody,', { kind: 'socialMedia', reference: 'Post 20871' }],
])('two accounts of one %s are one', (_, source) =>
  oneAccount
    .and(allegation, other, filed({ source }), supports)
    .when(assessVerification, byAccounts)
    .refused('verification-unsupported'),
);

test('two informants of one organisation are two origins', () => {
  const told = (name: string) =>
    filed({
      source: {
        kind: 'individual',
        organisation: 'Monitor',
        informantId: sampleId(name),
        reference: 'Interviews',
      },
    });
  return underVerification
    .and(allegation, one, told('first'), supports)
    .and(allegation, other, told('second'), supports)
    .when(assessVerification, byAccounts)
    .then(IncidentVerificationAssessed(byAccounts));
});

test.each([
  ['that is withdrawn', [supports, AllegationWithdrawn({ reason: 'Retracted', irregularities: [] })]],
  ['that was rejected', [supports, AllegationTriaged({ decision: 'rejected', reason: 'Another year' })]],
  [
    'that is a copy of another',
    [supports, AllegationTriaged({ decision: 'duplicate', duplicateOf: one, reason: 'Copied' })],
  ],
  ['that denies', [AllegationLinkedToIncident({ incidentId: subjectId, stance: 'denies' })]],
  [
    'of another incident',
    [AllegationLinkedToIncident({ incidentId: sampleId('bridge'), stance: 'supports' })],
  ],
])('an account %s does not count', (_, events) =>
  oneAccount
    .and(allegation, other, filed(accountOf('Lake Observers')), ...events)
    .when(assessVerification, byAccounts)
    .refused('verification-unsupported'),
);

test.each<[string, Parameters<typeof filed>[0]]>([
  ['given as a lead only', { restrictions: [leadOnly] }],
  ...(['aggregate', 'pattern', 'statement'] as const).map((scope): [string, Parameters<typeof filed>[0]] => [
    `of the scope ${scope}`,
    { claimed: { scope, figures: [] } },
  ]),
])('an account %s does not count', (_, over) =>
  oneAccount
    .and(allegation, other, filed({ ...accountOf('Lake Observers'), ...over }), supports)
    .when(assessVerification, byAccounts)
    .refused('verification-unsupported'),
);

test('the basis has to exist', async () => {
  await underVerification.when(assessVerification, byVideo).refused('evidence-unknown');
  await oneAccount.when(assessVerification, byAccounts).refused('allegation-unknown');
});

test('an outcome comes after verification was begun', () =>
  given(incident, by('recorder', recorded()))
    .and(evidence, video, registered(), own)
    .when(assessVerification, byVideo)
    .refused('verification-not-begun'));

test('a merged incident has no outcome of its own', () =>
  given(incident, recorded(), begun, IncidentMerged({ into: sampleId('mill'), reason: 'The same' }))
    .and(evidence, video, registered(), own)
    .when(assessVerification, byVideo)
    .refused('incident-merged'));
