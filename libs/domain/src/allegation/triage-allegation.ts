import { type Static, Type } from 'typebox';
import { decision, demand, Field, read } from '#event-sourcing';
import { isEarlier } from '../earlier.js';
import { guard } from '../refusals.js';
import { isSame } from '../same.js';
import { triageDecision } from '../value-lists.js';
import { day, type Id, id, text } from '../values.js';
import { allegation, AllegationTriaged } from './allegation.js';

/** Decides what becomes of an allegation; again with a new reason when something new is known. */
export class TriageAllegation {
  @Field(triageDecision, (value, { until, duplicateOf }) => {
    if (value === 'deferred' && until === undefined) return 'a deferral needs the day until which';
    if (value === 'duplicate' && duplicateOf === undefined) return 'a duplicate needs what it is one of';
    return undefined;
  })
  readonly decision!: Static<typeof triageDecision>;

  @Field(Type.Optional(day), (_, command) =>
    command['decision'] === 'deferred' ? undefined : 'only a deferral has an until',
  )
  readonly until?: string;

  @Field(Type.Optional(id), (_, command) =>
    command['decision'] === 'duplicate' ? undefined : 'only a duplicate has an original',
  )
  readonly duplicateOf?: Id;

  @Field(text(2000)) readonly reason!: string;
}

/**
 * The original is read, not locked. All that is asked of it, that it exists and when it was filed, never changes, so
 * nothing that happens before the append can make the decision wrong.
 */
export const triageAllegation = decision(allegation, TriageAllegation, {
  reads: (_, { duplicateOf }) => ({
    originals: duplicateOf === undefined ? [] : [read(allegation, duplicateOf)],
  }),
  decide: (state, command, { id: ownId, now, originals }) => {
    if (isSame(state.triage, command)) return [];
    const { until, duplicateOf } = command;
    demand(guard('deferral-past', until === undefined || until > now.slice(0, 10), until));
    if (duplicateOf !== undefined) {
      const filedAt = originals[0]?.filedAt;
      demand(
        guard('duplicate-of-itself', duplicateOf !== ownId),
        guard('allegation-unknown', filedAt !== undefined, duplicateOf),
        guard(
          'duplicate-of-later',
          isEarlier({ id: duplicateOf, at: filedAt ?? '' }, { id: ownId, at: state.filedAt }),
          duplicateOf,
        ),
      );
    }
    return [AllegationTriaged({ ...command })];
  },
});
