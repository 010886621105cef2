import { decision, demand, Field } from '#event-sourcing';
import { isPending, newRequest } from '../approval.js';
import { type Id, id, text } from '../values.js';
import { type Case, isActive, isNoBasis } from './guards.js';
import { investigation, UnlinkRequested } from './investigation.js';

/** Asks a second person to approve that an item leaves the case. Of the requests about one item only the newest stands. */
export class RequestUnlink {
  @Field(id) readonly evidenceId!: Id;
  @Field(text(2000)) readonly reason!: string;
}

export const requestUnlink = decision(investigation, RequestUnlink, {
  decide: (state, command, context) => {
    const { evidenceId } = command;
    const material = unlinkMaterial(state, command);
    if (!state.evidence[evidenceId] || isPending(state.requests.unlinks, material, context)) return [];
    demand(...isActive(state), isNoBasis(state, evidenceId));
    return [UnlinkRequested({ ...newRequest(material, context), ...command })];
  },
});

/** What an approval of an unlinking binds: the item as it is linked now, and the reason. */
export function unlinkMaterial({ evidence }: Case, { evidenceId, reason }: RequestUnlink): object {
  return { evidenceId, linked: evidence[evidenceId], reason };
}
