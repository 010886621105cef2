import type { Static } from 'typebox';
import { fact, Field } from '#event-sourcing';
import type { protectedMaterial } from '../value-lists.js';
import { access, ProtectedMaterialRead, reading } from './access.js';

/**
 * Records that protected material is about to be read, under the id of the aggregate that it belongs to. Not for users:
 * whoever gives the material out sends it first, as the actor who reads, and gives nothing out where it is not recorded.
 * Read twice is two readings.
 */
export class RecordAccess {
  @Field(reading.subject) readonly subject!: string;
  @Field(reading.material) readonly material!: Static<typeof protectedMaterial>;
  @Field(reading.fields) readonly fields?: string[];
  @Field(reading.purpose) readonly purpose?: string;
  @Field(reading.revision) readonly revision?: number;
}

export const recordAccess = fact(access, RecordAccess, {
  opens: true,
  rules: () => [],
  record: (_, command) => [ProtectedMaterialRead({ ...command })],
});
