import { type Static, Type } from 'typebox';

/**
 * The closed lists of words, each with where it comes from. A word once stored never changes its meaning; a list only
 * grows, and a new word is a new version of the events that hold it.
 */

function oneOf<Words extends string[]>(words: readonly [...Words]) {
  return Type.Enum<Words>(words);
}

/** Berkeley Protocol on Digital Open Source Investigations (2022), chapter VI: where a claim comes from. */
export const sourceKind = oneOf([
  'individual',
  'organisation',
  'media',
  'socialMedia',
  'official',
  'court',
  'dataset',
  'ownMonitoring',
]);

/** How close the source was to what it says; ICC practice on direct and indirect evidence. */
export const sourceNature = oneOf(['eyewitness', 'hearsay', 'inference', 'officialStatement']);

/** OHCHR, Manual on Human Rights Monitoring (2011), chapter 7: an account is of one event, many, or none in particular. */
export const claimScope = oneOf(['occurrence', 'aggregate', 'pattern', 'statement']);

/** OHCHR, Who's Responsible? (2018), on standards of proof of fact-finding bodies; weakest first. */
export const standards = ['alleged', 'credible', 'reasonableGrounds', 'verified'] as const;
export const standard = oneOf(standards);
export type Standard = Static<typeof standard>;

/** Casualty recording practice: OHCHR, Guidance on Casualty Recording (2019), section IV. */
export const harm = oneOf(['killed', 'injured', 'sexualViolence', 'detained', 'disappeared', 'deported']);
export type Harm = Static<typeof harm>;

/** Status of a victim under the Geneva Conventions and Additional Protocol I, articles 41, 43 and 50. */
export const victimStatus = oneOf(['civilian', 'combatant', 'horsDeCombat', 'unknown']);

/** How sharp a date is; ISO 8601-2 (EDTF) levels, and `unknown`, which has no date at all. */
export const datePrecision = oneOf(['minute', 'day', 'week', 'month', 'year', 'unknown']);

/** How sharp a place is; as the gazetteers of casualty recorders grade it. */
export const placePrecision = oneOf(['exact', 'locality', 'district', 'province', 'country', 'unknown']);

/** Role of a party in an incident; party-neutral. */
export const partyRole = oneOf(['allegedPerpetrator', 'affected', 'belligerent']);

/** Rome Statute, articles 6 to 8 bis, as far as an occurrence is sorted before it is classified. */
export const incidentCategory = oneOf([
  'unlawfulKilling',
  'attackOnCivilians',
  'attackOnProtectedObjects',
  'prohibitedWeapon',
  'torture',
  'sexualViolence',
  'arbitraryDetention',
  'enforcedDisappearance',
  'hostageTaking',
  'deportation',
  'childRecruitment',
  'siege',
  'conductOfHostilities',
  'other',
]);

/** Means by which harm was done; UN casualty recording categories. */
export const means = oneOf([
  'smallArms',
  'artillery',
  'airstrike',
  'drone',
  'missile',
  'mineOrExplosiveRemnant',
  'improvisedExplosive',
  'chemicalWeapon',
  'incendiaryWeapon',
  'clusterMunition',
  'bladeOrBluntForce',
  'other',
  'unknown',
]);

/** Berkeley Protocol, chapter VI.E: outcome of verifying an occurrence. */
export const verificationOutcome = oneOf(['verified', 'unsubstantiated', 'inconclusive', 'refuted']);

/** Character of a conflict: common articles 2 and 3 of the Geneva Conventions; Rome Statute, article 8. */
export const conflictCharacter = oneOf(['international', 'nonInternational', 'none', 'undetermined']);

/** What came of a first look at an allegation. */
export const triageDecision = oneOf(['accepted', 'rejected', 'duplicate', 'deferred']);

/** How an allegation stands to an incident. */
export const stance = oneOf(['supports', 'disputes', 'denies', 'context']);

/** How an item bears on the case: Rome Statute, articles 54(1)(a) and 67(2). */
export const bearings = [
  'unreviewed',
  'incriminating',
  'exculpatory',
  'mitigating',
  'affectsCredibility',
  'context',
] as const;
export const bearing = oneOf(bearings);
export type Bearing = Static<typeof bearing>;

/** Stages of an investigation: Rome Statute, articles 15, 53 and 58, in the order they are passed. */
export const stages = ['opened', 'preliminaryExamination', 'investigation', 'chargingReview'] as const;
export const stage = oneOf(stages);
export type Stage = Static<typeof stage>;

/** Rome Statute, articles 17 and 53(1): what a preliminary examination assesses. */
export const thresholdTest = oneOf(['jurisdiction', 'complementarity', 'gravity', 'interestsOfJustice']);
export type ThresholdTest = Static<typeof thresholdTest>;

/** Where a case stands: at a stage, or off the path. */
export const caseStage = oneOf([...stages, 'suspended', 'closed']);

/** Whether a threshold is met. */
export const thresholdResult = oneOf(['met', 'notMet', 'undetermined']);

/** How a fact in issue stands. */
export const issueFinding = oneOf(['established', 'contested', 'refuted', 'undetermined']);

/** Which duties a forum has before it may proceed; see `investigation/profiles.ts`. */
export const profileName = oneOf(['standard', 'structural', 'mandatoryProsecution']);

/**
 * Why a case ends without a trial. `inadmissible`: Rome Statute, articles 17 and 20; `timeBarred`: by the law of a forum
 * that has limitations.
 */
export const closureGround = oneOf([
  'insufficientEvidence',
  'noJurisdiction',
  'suspectDeceased',
  'referredElsewhere',
  'notACrime',
  'interestsOfJustice',
  'inadmissible',
  'timeBarred',
]);

/** ISO/IEC 27037, 3: what an item is. */
export const evidenceForm = oneOf(['digital', 'physical', 'document']);

/** What an item shows or holds. */
export const evidenceKind = oneOf([
  'video',
  'photo',
  'audio',
  'satelliteImagery',
  'communication',
  'message',
  'document',
  'statement',
  'forensicReport',
  'weaponOrFragment',
  'biologicalSample',
  'dataset',
  'other',
]);

/** How an item came into our hands: Berkeley Protocol, chapter VI.C; ISO/IEC 27037, 5.4. */
export const acquisitionMethod = oneOf([
  'seizure',
  'interception',
  'collectionInField',
  'voluntaryHandover',
  'transferFromPartner',
  'mutualAssistance',
  'onlineCapture',
  'download',
  'forensicImaging',
  'ownRecording',
  'other',
]);

/** Whether our store holds the content of a sealed item, or only its digest was declared. */
export const sealedContent = oneOf(['declared', 'held']);

/** How bytes in a store can fail to be what was stored: ISO/IEC 27037, 5.4.4 and 7.1.4, on verifying by digest. */
export const contentBreaches = ['missing', 'notAFile', 'length', 'digest', 'blockList'] as const;
export const contentBreach = oneOf(contentBreaches);

/** How a seal can fail to be the seal that was put on: ISO/IEC 27037, 6.9.4; ENFSI practice on packaging. */
export const sealBreaches = ['sealBroken', 'sealAbsent', 'sealNumber'] as const;

/** Every breach of integrity; `statedDigest`: whoever received the item found another digest than the registered. */
export const breachKind = oneOf([...contentBreaches, ...sealBreaches, 'statedDigest']);
export type BreachKind = Static<typeof breachKind>;

/** On what occasion integrity was looked at: a check, a change of custody, a download, the end of a quarantine. */
export const integrityOccasion = oneOf(['check', 'custody', 'download', 'resolution']);
export type IntegrityOccasion = Static<typeof integrityOccasion>;

/**
 * How a quarantine ends. `restored`: the content is the registered one again; `resealed`: the item was looked at and
 * closed by another seal; `acknowledged`: the breach stands, and the item is impaired.
 */
export const resolutionOutcome = oneOf(['restored', 'resealed', 'acknowledged']);
export type ResolutionOutcome = Static<typeof resolutionOutcome>;

/** How whoever took custody knew the content: it was hashed again in our store, its digest was stated, or neither. */
export const custodyContent = oneOf(['rehashed', 'stated', 'none']);

/** What became of an offer of custody. */
export const offerOutcome = oneOf(['accepted', 'refused', 'withdrawn']);

/** What a working copy is made for: ISO/IEC 27042, 5; Berkeley Protocol, chapter VI.D. */
export const copyPurpose = oneOf([
  'analysis',
  'redaction',
  'transcription',
  'translation',
  'enhancement',
  'conversion',
  'disclosure',
  'other',
]);

/** State of a seal when it was looked at. */
export const sealCondition = oneOf(['intact', 'broken', 'absent']);

/** Outcome of an assessment of authenticity; several may stand beside each other. */
export const authenticityOutcome = oneOf(['authentic', 'disputed', 'inauthentic', 'inconclusive']);

/** What a provider of evidence may demand: Rome Statute, articles 54(3)(e), 72 and 93(8). */
export const restrictionKind = oneOf(['leadOnly', 'originatorControl', 'noDisclosure', 'consentOf']);

/** A court's word on an item. */
export const admissibilityDecision = oneOf(['admitted', 'admittedInPart', 'excluded', 'reserved']);

/** Digest algorithms that are neither broken nor out of use: NIST FIPS 180-4 and 202. */
export const digestAlgorithm = oneOf(['sha-256', 'sha-384', 'sha-512', 'sha3-256']);

/**
 * How a case reaches its recipient: Rome Statute, article 87(1), on diplomatic channels and the International Criminal
 * Police Organization; Ljubljana–The Hague Convention (2023), part III, on central authorities and secure electronic ways.
 */
export const referralChannel = oneOf([
  'secureTransfer',
  'courier',
  'diplomatic',
  'centralAuthority',
  'policeOrganisation',
  'inPerson',
]);

/** What became of a referred case before its recipient: Rome Statute, articles 15, 53, 58, 61 and 74. */
export const referralOutcome = oneOf([
  'examinationOpened',
  'investigationOpened',
  'joinedToInvestigation',
  'warrantIssued',
  'chargesConfirmed',
  'trialOpened',
  'convicted',
  'acquitted',
  'endedWithoutTrial',
  'notProceededWith',
  'referredOnward',
  'other',
]);
/** How a witness came to us. No more is said of it in clear: who sent somebody may show who it is. */
export const witnessOrigin = oneOf([
  'cameForward',
  'foundByUs',
  'referredByOrganisation',
  'referredByAuthority',
  'referredByWitness',
  'other',
]);

/**
 * What a consent is for. Murad Code (2022), principle 4: consent is asked for each purpose by itself, and one is never
 * taken for another.
 */
export const consentPurpose = oneOf([
  'interview',
  'recording',
  'sharing',
  'testimony',
  'publication',
  'protection',
  'medicalExamination',
  'other',
]);

/** What a consent lets the recipient have. Murad Code (2022), principle 4: the survivor chooses what is shared. */
export const consentScope = oneOf([
  'identity',
  'contact',
  'statement',
  'recording',
  'medical',
  'photographs',
  'documents',
]);

/** How a consent was given, and by whom: Istanbul Protocol (2022), chapter II.D; for a child its guardian too. */
export const consentForm = oneOf(['written', 'oral', 'recorded', 'byGuardian']);

/** How much a witness is at risk: ICC, Regulations of the Registry, regulation 96; UNODC Good Practices (2008). */
export const riskLevels = ['low', 'moderate', 'high', 'extreme'] as const;
export const riskLevel = oneOf(riskLevels);
export type RiskLevel = Static<typeof riskLevel>;

/** What a witness has to fear: UNODC, Good Practices for the Protection of Witnesses (2008); Murad Code, principle 3. */
export const threat = oneOf([
  'killing',
  'physicalViolence',
  'sexualViolence',
  'intimidation',
  'detention',
  'prosecution',
  'retaliationAgainstFamily',
  'exposure',
  'surveillance',
  'stigma',
  'retraumatisation',
  'lossOfLivelihood',
  'deportation',
  'other',
]);

/** How far protection goes; a witness without any has none ordered. Rome Statute, articles 43(6) and 68. */
export const protectionLevel = oneOf(['basic', 'enhanced', 'anonymity', 'relocation']);

/** What is done to protect: Rome Statute, article 68; ICC Rules of Procedure and Evidence, rules 87 and 88. */
export const protectionMeasure = oneOf([
  'pseudonym',
  'faceDistortion',
  'voiceDistortion',
  'closedSession',
  'videoLink',
  'supportPerson',
  'safeContact',
  'policeProtection',
  'temporaryRelocation',
  'permanentRelocation',
  'newIdentity',
  'other',
]);

/** Whether a statement was made freely: Rome Statute, article 55(1)(b); Convention against Torture, article 15. */
export const voluntarinessFinding = oneOf(['voluntary', 'doubtful', 'involuntary', 'unknown']);

/**
 * As what somebody was interviewed. Rome Statute, article 55(2), for suspects; Third Geneva Convention, article 17, for
 * prisoners of war.
 */
export const interviewCapacity = oneOf([
  'witness',
  'victim',
  'suspect',
  'insider',
  'prisonerOfWar',
  'expert',
]);

/** What is given out only after the read log says so: Berkeley Protocol (2022), chapter IV, on access controls. */
export const protectedMaterial = oneOf(['identity', 'content', 'custodyReport', 'referralPackage']);

/** Why a referral is to be looked at again: a witness took a consent back, or somebody has a concern. */
export const flagGround = oneOf(['consentWithdrawn', 'concern']);

/** What keeps a referral, or a part of it, from its recipient; see `referral/transmission-blocks.ts`. */
export const transmissionBlock = oneOf([
  'restricted',
  'quarantined',
  'contentBroken',
  'consentMissing',
  'erased',
  'statementWithoutWitness',
  'missing',
]);
