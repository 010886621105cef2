import type { Static } from 'typebox';
import { decision, demand, Field } from '#event-sourcing';
import { guard } from '../refusals.js';
import { isSame } from '../same.js';
import { inOrder } from '../values.js';
import { notMerged } from './guards.js';
import { incident, victimCount, VictimCountAssessed, victimKey } from './incident.js';

/**
 * Says how many victims of one harm and status an incident had, by our weighing of the sources. There is one count in
 * force for each harm and status, so that a victim counts once however many sources speak of it; a new one takes its
 * place and names it, and the history keeps both. When the status of some becomes known, assess that status and assess
 * `unknown` anew without them.
 */
export class AssessVictims {
  @Field(victimCount.harm) readonly harm!: Static<typeof victimCount.harm>;
  @Field(victimCount.status) readonly status!: Static<typeof victimCount.status>;
  @Field(victimCount.min) readonly min!: number;

  @Field(victimCount.best, (best, { min }) => (inOrder(min, best) ? undefined : 'is under min'))
  readonly best?: number;

  /** `null` where no upper bound is claimed: "at least 91". */
  @Field(victimCount.max, (max, { min, best }) =>
    inOrder(min, max) && inOrder(best, max) ? undefined : 'is under min or best',
  )
  readonly max!: number | null;

  /** Ours: `verified` only once the incident is. */
  @Field(victimCount.standard) readonly standard!: Static<typeof victimCount.standard>;
  /** The source's own word for its standard of proof, where it has one. */
  @Field(victimCount.sourceStandard) readonly sourceStandard?: string;
  @Field(victimCount.sources) readonly sources!: string[];
  @Field(victimCount.basis) readonly basis!: string;
  /** The day on which the sources knew this much. */
  @Field(victimCount.asOf) readonly asOf!: string;
}

export const assessVictims = decision(incident, AssessVictims, {
  decide: (state, command, { now }) => {
    const inForce = state.victims[victimKey(command)];
    if (inForce !== undefined) {
      const { eventId: _, ...assessed } = inForce;
      if (isSame(assessed, command)) return [];
    }
    demand(
      notMerged(state),
      guard('date-in-future', command.asOf <= now.slice(0, 10), command.asOf),
      guard('incident-not-verified', command.standard !== 'verified' || state.status === 'verified'),
    );
    return [
      VictimCountAssessed({
        ...command,
        ...(inForce === undefined ? {} : { supersedes: inForce.eventId }),
      }),
    ];
  },
});
