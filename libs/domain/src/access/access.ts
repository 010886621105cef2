import { type Static, Type } from 'typebox';
import { aggregate, defineEvents, type EvolveOf } from '#event-sourcing';
import { protectedMaterial } from '../value-lists.js';
import { count, object, streamName, text } from '../values.js';

/**
 * Who read protected material of one aggregate, under the aggregate's own id: beside its stream, so that reading never
 * moves the subject's revision.
 */

export const reading = {
  /** Stream of the aggregate whose material was read. */
  subject: streamName,
  material: protectedMaterial,
  /** Which fields, where not all of the material was read. */
  fields: Type.Optional(Type.Array(text(100), { minItems: 1, maxItems: 20, uniqueItems: true })),
  /** What the reader says it is for. */
  purpose: Type.Optional(text(2000)),
  /** Of the subject, as it was read. */
  revision: Type.Optional(count),
};

export const accessEvents = defineEvents('access', { ProtectedMaterialRead: object(reading) });
export const { ProtectedMaterialRead } = accessEvents.make;

export const Accesses = object({
  subject: Type.Optional(streamName),
  count,
  latest: Type.Optional(object(reading)),
});
export type Accesses = Static<typeof Accesses>;

const noneRead = (): Accesses => ({ count: 0 });

const evolve: EvolveOf<typeof accessEvents, Accesses> = {
  ProtectedMaterialRead: (draft, data) => {
    draft.subject = data.subject;
    draft.count += 1;
    draft.latest = data;
  },
};

export const access = aggregate(accessEvents, Accesses, noneRead, evolve);
