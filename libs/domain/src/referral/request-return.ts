import { Type } from 'typebox';
import { decision, demand, Field, idOf, read } from '#event-sourcing';
import { investigation } from '../investigation/investigation.js';
import { guard } from '../refusals.js';
import { isSame } from '../same.js';
import { streamName, text } from '../values.js';
import { firstOf, hasNoConflict, wasTransmitted } from './guards.js';
import { manifestEntriesMax } from './manifest-entry.js';
import { referral, ReturnRequested } from './referral.js';

/** Asks the recipient to give back, or destroy, what it was sent: all of it, or some streams of the manifest. */
export class RequestReturn {
  @Field(text(4000)) readonly reason!: string;
  @Field(
    Type.Optional(Type.Array(streamName, { minItems: 1, maxItems: manifestEntriesMax, uniqueItems: true })),
  )
  readonly items?: string[];
}

export const requestReturn = decision(referral, RequestReturn, {
  sensitive: true,
  reads: ({ subject }) => ({ found: read(investigation, idOf(subject)) }),
  decide: (state, command, { actor, found }) => {
    if (state.returnRequests.some((asked) => isSame(asked, command))) return [];
    const sent = state.manifest.map(({ stream }) => stream);
    const strange = (command.items ?? []).filter((stream) => !sent.includes(stream));
    demand(
      wasTransmitted(state),
      hasNoConflict(found, actor),
      guard('not-in-manifest', strange.length === 0, firstOf(strange)),
    );
    return [ReturnRequested({ ...command })];
  },
});
