import { examples } from '#domain';
import { derivedId } from '#event-sourcing';

/** Referrals that hand on what a witness said, for tests of what follows when the witness thinks better of it. */

export const chamber = 'Regional War Crimes Chamber';

/** What the witness agrees to. */
export const sharing = { recipient: chamber, purpose: 'sharing', scope: ['statement'] };

/** An interview for a case, by which the witness has to do with it. */
export const interviewFor = (investigationId: string) => ({
  investigationId,
  capacity: 'witness',
  at: '2025-02-26',
  language: 'uk',
  interviewerIds: [derivedId('interviewer')],
  rightsCaution: { given: true },
  counsel: { present: false, waived: true },
});

/** A draft by which the case, and what the witness said for it, go to the chamber. */
export const draftOf = (investigationId: string, witnessId: string) => ({
  investigationId,
  recipient: chamber,
  legalBasis: 'Agreement on judicial cooperation, article 4',
  evidence: [],
  witnesses: [witnessId],
  incidents: [],
  allegations: [],
});

/** Carries out a command: a use case, its fields, and the aggregate unless it makes one. */
type Ask = (useCase: string, command: object, id?: string) => Promise<{ readonly id: string }>;

export interface RestingReferral {
  readonly referralId: string;
  readonly witnessId: string;
  readonly investigationId: string;
}

/** A witness who consented, a case for which the witness was interviewed, and the referral that hands both on. */
export async function restingReferral(ask: Ask): Promise<RestingReferral> {
  const { id: investigationId } = await ask('OpenInvestigation', examples.OpenInvestigation);
  const { id: witnessId } = await ask('RegisterWitness', examples.RegisterWitness);
  await ask('GiveConsent', sharing, witnessId);
  await ask('RecordInterview', interviewFor(investigationId), witnessId);
  const { id: referralId } = await ask('DraftReferral', draftOf(investigationId, witnessId));
  return { referralId, witnessId, investigationId };
}
