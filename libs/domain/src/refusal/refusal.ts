import { type Static, Type } from 'typebox';
import { aggregate, defineEvents, type EvolveOf } from '#event-sourcing';
import { count, object, streamName, text } from '../values.js';

/**
 * The sensitive commands that were refused on one aggregate, under the aggregate's own id: beside its stream, so that
 * a refusal never moves the subject's revision.
 */

export const refused = {
  /** Stream of the aggregate that the command was for. */
  subject: streamName,
  command: text(100),
  /** The rule it was refused by. */
  code: text(100),
};

export const refusalEvents = defineEvents('refusal', { SensitiveCommandRefused: object(refused) });
export const { SensitiveCommandRefused } = refusalEvents.make;

export const Refusals = object({
  subject: Type.Optional(streamName),
  count,
  latest: Type.Optional(object(refused)),
});
export type Refusals = Static<typeof Refusals>;

const noneRefused = (): Refusals => ({ count: 0 });

const evolve: EvolveOf<typeof refusalEvents, Refusals> = {
  SensitiveCommandRefused: (draft, data) => {
    draft.subject = data.subject;
    draft.count += 1;
    draft.latest = data;
  },
};

export const refusal = aggregate(refusalEvents, Refusals, noneRefused, evolve);
