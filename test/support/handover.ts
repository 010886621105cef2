import {
  AllegationAccepted,
  AllegationFiled,
  allegation,
  CaseReferred,
  ConsentGiven,
  ContentStored,
  EvidenceLinked,
  EvidenceRegistered,
  evidence,
  examples,
  IncidentAttached,
  IncidentRecorded,
  incident,
  InvestigationOpened,
  investigation,
  ReferralApproved,
  ReferralFlagged,
  referral,
  useCases,
  WitnessInterviewed,
  WitnessRegistered,
  WorkingCopyDerived,
  witness,
} from '#domain';
import { type Aggregate, derivedId, type DomainEvent, readonly, type StateAt } from '#event-sourcing';
import { by, given, moment, sealedSample, subjectId } from '#event-sourcing/testing';

/** A case that is handed on, for tests: the shooting at the mill, to a chamber that may try it. */

const sampleId = (name: string): string => derivedId('sample', name);

export const caseId = sampleId('case');
export const video = sampleId('video');
export const killing = sampleId('killing');
export const claim = sampleId('claim');
export const person = sampleId('person');
export const copy = sampleId('copy');
export const consentId = sampleId('consent');
export const recipient = 'Regional War Crimes Chamber';

const sha256 = (letter: string) => ({ algorithm: 'sha-256' as const, value: letter.repeat(64) });
const stored = (letter: string) => ({
  digest: sha256(letter),
  digests: [sha256(letter)],
  length: 42,
  blocks: { bytes: 4096, digest: letter.repeat(64) },
  mediaType: 'video/mp4',
});

type Consent = Parameters<typeof ConsentGiven>[0];
type Interview = Parameters<typeof WitnessInterviewed>[0];

export const consented = (over: Partial<Consent> = {}) =>
  ConsentGiven({
    consentId,
    recipient,
    purpose: 'sharing',
    scope: ['statement'],
    givenAt: '2025-02-25',
    irregularities: [],
    ...over,
  });
export const interviewed = (over: Partial<Interview> = {}) =>
  WitnessInterviewed({
    interviewId: sampleId('interview'),
    investigationId: caseId,
    capacity: 'witness',
    at: '2025-02-26',
    language: 'uk',
    interviewerIds: [sampleId('interviewer')],
    rightsCaution: { given: true },
    counsel: { present: false, waived: true },
    irregularities: [],
    ...over,
  });
export const named = WitnessRegistered({ pseudonym: 'W-7K3M9QXT', identity: sealedSample });

/** What happened before, by what it happened to. */
export const histories = {
  subject: [
    InvestigationOpened(examples.OpenInvestigation),
    AllegationAccepted({ allegationId: claim }),
    IncidentAttached({ incidentId: killing }),
    EvidenceLinked({
      evidenceId: video,
      digest: sha256('a'),
      relevance: 'Shows the moments before',
      bearing: 'incriminating',
    }),
  ],
  claim: [
    AllegationFiled({ ...examples.FileAllegation, restrictions: [], filedAt: '2025-02-20T09:00:00.000Z' }),
  ],
  occurrence: [IncidentRecorded({ ...examples.RecordIncident, enteredAt: '2025-02-21T09:00:00.000Z' })],
  item: [
    EvidenceRegistered({ ...examples.RegisterEvidence, irregularities: [], restrictions: [] }),
    ContentStored(stored('a')),
    WorkingCopyDerived({
      copyId: copy,
      purpose: 'analysis',
      tool: 'ffmpeg',
      parameters: '-t 10',
      digests: [sha256('b')],
      operatorId: sampleId('operator'),
      derivedAt: '2025-02-27',
      irregularities: [],
    }),
    ContentStored({ copyId: copy, ...stored('b') }),
  ],
  person: [named, interviewed(), consented()],
} satisfies Record<string, readonly DomainEvent[]>;
export type Histories = Readonly<Record<keyof typeof histories, readonly DomainEvent[]>>;

export const draft = {
  investigationId: caseId,
  recipient,
  legalBasis: 'Agreement on judicial cooperation, article 4',
  evidence: [{ evidenceId: video, content: true, copyIds: [copy] }],
  witnesses: [person],
  incidents: [killing],
  allegations: [claim],
};

/** A state with its revision, after these events. */
export function at<State>(of: Aggregate<State>, events: readonly DomainEvent[]): StateAt<State> {
  const state = of.initial();
  const actor = { subject: 'someone', roles: [] };
  for (const [revision, event] of events.entries())
    of.evolve(state, event, { eventId: sampleId(String(revision)), revision, actor });
  return { state: readonly(state), revision: events.length - 1 };
}

/** What a decision reads of these histories. */
export const statesOf = (happened: Histories = histories) => ({
  subject: at(investigation, happened.subject),
  claims: [at(allegation, happened.claim)],
  occurrences: [at(incident, happened.occurrence)],
  items: [at(evidence, happened.item)],
  people: [at(witness, happened.person)],
});

/** The draft of somebody who drew it up when this had happened. */
export function drafted(happened: Histories = histories) {
  const context = { id: subjectId, actor: { subject: 'drafter', roles: [] }, now: moment };
  const ids = { newId: (label = '') => sampleId(label), random: sampleId('random') };
  const draftReferral = useCases.find(({ name }) => name === 'DraftReferral');
  const [event] =
    draftReferral?.decide(
      referral.initial(),
      Object.assign(new draftReferral.command(), draft),
      { ...context, ...ids },
      statesOf(happened),
    ) ?? [];
  if (!event) throw new Error('nothing was drafted');
  return event;
}

/** The state of the referral after these events. */
export const referralAfter = (...events: readonly DomainEvent[]) => at(referral, events).state;

export const manifestHash = referralAfter(drafted()).manifestHash;
export const expiresAt = '2025-03-31T12:00:00.000Z';
export const byDrafter = by('drafter', drafted());
export const byApprover = by('approver', ReferralApproved({ manifestHash, expiresAt }));
export const referred = CaseReferred({ recipient, manifestHash, channel: 'courier', transmittedAt: moment });

/** Somebody doubts that it should go on as it is. */
export const concernId = sampleId('flag');
export const concern = { reason: 'The archive says that the film is of another place' };
export const flagged = ReferralFlagged({ flagId: concernId, ground: 'concern', ...concern });

type Recorded = Parameters<typeof given>[1];

/** A referral with this history, when what it hands on has had these, the usual ones unless told. */
export function givenReferral(events: readonly Recorded[], happened: Partial<Histories> = {}) {
  const { subject, claim: claimed, occurrence, item, person: told } = { ...histories, ...happened };
  return given(referral, ...events)
    .and(investigation, caseId, ...subject)
    .and(allegation, claim, ...claimed)
    .and(incident, killing, ...occurrence)
    .and(evidence, video, ...item)
    .and(witness, person, ...told);
}
