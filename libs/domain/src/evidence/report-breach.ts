import { type Static, Type } from 'typebox';
import { fact, Field } from '#event-sourcing';
import { contentBreach } from '../value-lists.js';
import { byteLength, digest, type Digest, type Id, id } from '../values.js';
import { eventsOfFinding } from './content-check.js';
import { evidence } from './evidence.js';

/**
 * Records that stored bytes did not verify when they were read. Not for users: the server sends it when it breaks a
 * download off, for whoever asked for it.
 */
export class ReportBreach {
  @Field(Type.Optional(id)) readonly copyId?: Id;
  @Field(contentBreach) readonly kind!: Static<typeof contentBreach>;
  /** What was there instead, as far as it was measured. */
  @Field(Type.Optional(digest)) readonly found?: Digest;
  @Field(Type.Optional(byteLength)) readonly foundLength?: number;
}

/**
 * A breach that is known already is recorded once. The content may have been stored anew since the bytes were read:
 * then the item is in quarantine for what is over, until two people have looked.
 */
export const reportBreach = fact(evidence, ReportBreach, {
  rules: () => [],
  record: (state, { copyId, ...breach }, context) =>
    eventsOfFinding(state, { copyId, by: 'download' }, { intact: false, breach }, context),
});
