import type { Static } from 'typebox';
import { type DeepReadonly, decision, demand, Field, type Guard, read } from '#event-sourcing';
import { type Allegation, allegation, ofSameOrigin, standsFor } from '../allegation/allegation.js';
import {
  type Evidence,
  evidence,
  foundAuthenticByOwnStaff,
  isImpaired,
  isIrregular,
  isLeadOnly,
  isQuarantined,
} from '../evidence/evidence.js';
import { isSamePerson, whoIs } from '../person.js';
import { guard, type RefusalCode } from '../refusals.js';
import { isSame } from '../same.js';
import { verificationOutcome } from '../value-lists.js';
import { text } from '../values.js';
import { notMerged } from './guards.js';
import {
  incident,
  IncidentVerificationAssessed,
  type VerificationBasis,
  verificationBases,
} from './incident.js';

/** Says what came of verifying an incident, how it was done and what it rests on. */
export class AssessVerification {
  @Field(verificationOutcome) readonly outcome!: Static<typeof verificationOutcome>;
  @Field(text(5000)) readonly method!: string;
  @Field(verificationBases) readonly basis!: VerificationBasis[];
}

/**
 * The items and accounts are read, not locked: one may be found inauthentic, or withdrawn, between the read and the
 * append. The outcome names its basis, so what it rested on can be seen, and verification can be begun again.
 */
export const assessVerification = decision(incident, AssessVerification, {
  reads: (_, { basis }) => ({
    items: idsOf(basis, 'evidence').map((id) => read(evidence, id)),
    accounts: idsOf(basis, 'allegation').map((id) => read(allegation, id)),
  }),
  decide: (state, command, { id, actor, items, accounts }) => {
    const { outcome, method, basis } = command;
    const underVerification = state.status === 'underVerification';
    if (!underVerification && state.verification) {
      const { assessedBy: _, ...assessed } = state.verification;
      if (isSame(assessed, command)) return [];
    }
    demand(
      notMerged(state),
      guard('verification-not-begun', underVerification),
      ...allKnown('evidence-unknown', idsOf(basis, 'evidence'), items),
      ...allKnown('allegation-unknown', idsOf(basis, 'allegation'), accounts),
    );
    if (outcome === 'verified')
      demand(
        guard(
          'verifier-is-recorder',
          !state.recordedBy.some((recorder) => isSamePerson(recorder, whoIs(actor))),
        ),
        guard(
          'verification-unsupported',
          items.some((item) => item !== undefined && verifies(item)) || haveTwoOrigins(accounts, id),
        ),
      );
    return [IncidentVerificationAssessed({ outcome, method, basis })];
  },
});

/**
 * Whether an item is enough by itself. What may not be relied upon verifies nothing either; an incident is before no
 * forum, so the admission of any cures what is irregular or impaired.
 */
const verifies = (item: DeepReadonly<Evidence>): boolean =>
  foundAuthenticByOwnStaff(item) &&
  !isLeadOnly(item) &&
  !isIrregular(item) &&
  !isQuarantined(item) &&
  !isImpaired(item);

/** Whether two of the accounts stand for the incident and come from different origins. */
function haveTwoOrigins(
  accounts: readonly (DeepReadonly<Allegation> | undefined)[],
  incidentId: string,
): boolean {
  const sources = accounts
    .filter((account) => account !== undefined)
    .filter((account) => standsFor(account, incidentId))
    .map(({ source }) => source);
  return sources.some((one) => sources.some((other) => !ofSameOrigin(one, other)));
}

function idsOf(basis: readonly VerificationBasis[], kind: 'evidence' | 'allegation'): string[] {
  return basis.flatMap((entry) => (entry.kind === kind ? [entry.id] : []));
}

function allKnown(
  code: RefusalCode,
  ids: readonly string[],
  states: readonly unknown[],
): Guard<RefusalCode>[] {
  return ids.map((id, index) => guard(code, states[index] !== undefined, id));
}
