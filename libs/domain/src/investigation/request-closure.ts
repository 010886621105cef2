import type { Static } from 'typebox';
import { decision, demand, Field } from '#event-sourcing';
import { isPending, newRequest } from '../approval.js';
import { isSame } from '../same.js';
import { closureGround } from '../value-lists.js';
import { text } from '../values.js';
import { type Case, isOpen } from './guards.js';
import { ClosureRequested, investigation } from './investigation.js';

/** Asks a second person to approve that the case is closed. Of several requests only the newest stands. */
export class RequestClosure {
  @Field(closureGround) readonly ground!: Static<typeof closureGround>;
  @Field(text(4000)) readonly reason!: string;
}

export const requestClosure = decision(investigation, RequestClosure, {
  sensitive: true,
  decide: (state, command, context) => {
    const material = closureMaterial(state, command);
    if (isPending(state.requests.closures, material, context) || isSame(state.closed, command)) return [];
    demand(isOpen(state));
    return [ClosureRequested({ ...newRequest(material, context), ...command })];
  },
});

/** What an approval of a closure binds: why, at which stage, and what the case rests on. Not who works on it. */
export function closureMaterial(state: Case, { ground, reason }: RequestClosure): object {
  const { stage, allegations, incidents, evidence, issues, thresholds } = state;
  return { ground, reason, stage, allegations, incidents, evidence, issues, thresholds };
}
