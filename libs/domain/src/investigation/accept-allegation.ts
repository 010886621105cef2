import { decision, demand, Field, read } from '#event-sourcing';
import { allegation } from '../allegation/allegation.js';
import { guard } from '../refusals.js';
import { type Id, id } from '../values.js';
import { isActive } from './guards.js';
import { AllegationAccepted, investigation } from './investigation.js';

/** Takes an allegation into the case. */
export class AcceptAllegation {
  @Field(id) readonly allegationId!: Id;
}

/**
 * The allegation may be withdrawn or triaged anew between the read and the append, as it may be a moment later: the
 * case keeps what it took in, and the allegation's own stream says what became of it.
 */
export const acceptAllegation = decision(investigation, AcceptAllegation, {
  reads: (_, { allegationId }) => ({ claim: read(allegation, allegationId) }),
  decide: (state, { allegationId }, { claim }) => {
    if (state.allegations[allegationId]) return [];
    demand(
      ...isActive(state),
      guard('allegation-unknown', claim !== undefined, allegationId),
      guard('allegation-withdrawn', claim?.withdrawal === undefined, allegationId),
      guard('allegation-not-accepted', claim?.status === 'accepted', claim?.status),
    );
    return [AllegationAccepted({ allegationId })];
  },
});
