import { type Static, Type } from 'typebox';
import { decision, demand, type DeepReadonly, Field } from '#event-sourcing';
import { isPending, newRequest } from '../approval.js';
import { guard } from '../refusals.js';
import { resolutionOutcome, type ResolutionOutcome } from '../value-lists.js';
import { type Id, id, text } from '../values.js';
import { seal } from './acquisition.js';
import { type Evidence, evidence, QuarantineResolutionRequested } from './evidence.js';
import { copyExists, holdsContent } from './guards.js';
import { settledBy } from './integrity.js';

/**
 * Asks a second person to approve how breaches are resolved: of the item, or of a working copy. Breaches of content
 * are `restored`, those of a seal `resealed`, what cannot be put right is `acknowledged`. The item leaves quarantine
 * when none is left. Of several requests only the newest stands.
 */
export class RequestQuarantineResolution {
  @Field(Type.Optional(id)) readonly copyId?: Id;
  @Field(resolutionOutcome, (outcome, { seal: putOn }) => {
    if ((outcome === 'resealed') === (putOn !== undefined)) return undefined;
    return outcome === 'resealed' ? 'a resealed item needs its seal' : 'a seal goes with resealed only';
  })
  readonly outcome!: ResolutionOutcome;
  /** The seal that closes the item now. */
  @Field(Type.Optional(seal)) readonly seal?: Static<typeof seal>;
  @Field(text(4000)) readonly reason!: string;
}

/** Whether the content is back is looked at when the request is approved; here it is enough that some is held. */
export const requestQuarantineResolution = decision(evidence, RequestQuarantineResolution, {
  sensitive: true,
  decide: (state, command, context) => {
    const { copyId, outcome } = command;
    const material = resolutionMaterial(state, command);
    if (isPending(state.requests.resolutions, material, context)) return [];
    demand(
      copyExists(state, copyId),
      guard('nothing-to-resolve', Object.keys(settledBy(state, command)).length > 0, outcome),
      guard('seal-not-intact', command.seal === undefined || command.seal.condition === 'intact'),
      ...(outcome === 'restored' ? [holdsContent(state, copyId)] : []),
    );
    return [QuarantineResolutionRequested({ ...newRequest(material, context), ...command })];
  },
});

/** What an approval binds: how, why, and every breach that is settled by it. */
export function resolutionMaterial(
  state: DeepReadonly<Evidence>,
  { copyId, outcome, seal: putOn, reason }: DeepReadonly<RequestQuarantineResolution>,
): object {
  return { copyId, outcome, seal: putOn, reason, breaches: settledBy(state, { copyId, outcome }) };
}
