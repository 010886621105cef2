import type { Static } from 'typebox';
import { fact, Field } from '#event-sourcing';
import { guard } from '../refusals.js';
import { differing } from '../same.js';
import { text } from '../values.js';
import { allegation, AllegationRevised, changes } from './allegation.js';

/** Records that the source changed its words. The source did it, so it is recorded whatever we think of it. */
export class ReviseAllegation {
  @Field(changes) readonly changes!: Static<typeof changes>;
  /** The source's own name for the new version: a number, a date, the address of an archived copy. */
  @Field(text(200)) readonly sourceVersion!: string;
}

export const reviseAllegation = fact(allegation, ReviseAllegation, {
  rules: (state) => [guard('allegation-withdrawn', state.withdrawal === undefined)],
  record: (state, { changes: wanted, sourceVersion }, { irregularities }) => {
    const changed = differing(state, wanted);
    if (Object.keys(changed).length === 0 && state.sourceVersion === sourceVersion) return [];
    return [AllegationRevised({ changes: changed, sourceVersion, irregularities })];
  },
});
