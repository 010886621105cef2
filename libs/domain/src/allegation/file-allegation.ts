import { type Static, Type } from 'typebox';
import { decision, Field } from '#event-sourcing';
import { sourceNature } from '../value-lists.js';
import { claim, language, restriction, type Source, source, text } from '../values.js';
import { allegation, AllegationFiled } from './allegation.js';

const restrictions = Type.Optional(Type.Array(restriction, { maxItems: 20 }));

/**
 * Takes down what a source claims. Two filings of the same words are two allegations, for two people may say the same;
 * whoever must not file twice names an idempotency key, and triage finds duplicates.
 */
export class FileAllegation {
  @Field(source) readonly source!: Source;
  @Field(sourceNature) readonly nature!: Static<typeof sourceNature>;
  @Field(language) readonly language!: string;
  @Field(text(10_000)) readonly summary!: string;
  @Field(claim) readonly claimed!: Static<typeof claim>;
  @Field(restrictions) readonly restrictions?: Static<typeof restrictions>;
}

export const fileAllegation = decision(allegation, FileAllegation, {
  creates: true,
  decide: (_, { restrictions: demanded = [], ...filed }, { now }) => [
    AllegationFiled({ ...filed, restrictions: demanded, filedAt: now }),
  ],
});
