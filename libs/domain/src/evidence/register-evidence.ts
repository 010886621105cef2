import { type Static, Type } from 'typebox';
import { fact, Field } from '#event-sourcing';
import { guard } from '../refusals.js';
import { evidenceForm, evidenceKind } from '../value-lists.js';
import { digest, type Digest, restriction, text } from '../values.js';
import { acquisition, evidence, EvidenceRegistered, seal } from './evidence.js';

/** Registers an item that came into our hands, as it came: what was irregular about it is on record with it. */
export class RegisterEvidence {
  @Field(text(100)) readonly exhibitNumber!: string;
  @Field(evidenceForm) readonly form!: Static<typeof evidenceForm>;
  @Field(evidenceKind) readonly kind!: Static<typeof evidenceKind>;
  @Field(Type.Optional(text(4000))) readonly description?: string;

  /** Of the original, the one to cite it by first; none for an item that has no content. */
  @Field(Type.Array(digest, { maxItems: 8 }), (digests, { form }) => {
    if (form === 'digital' && digests.length === 0) return 'a digital item needs a digest';
    const algorithms = new Set(digests.map(({ algorithm }) => algorithm));
    return algorithms.size < digests.length ? 'one digest for each algorithm' : undefined;
  })
  readonly digests!: Digest[];

  @Field(Type.Optional(seal)) readonly seal?: Static<typeof seal>;
  @Field(acquisition) readonly acquisition!: Static<typeof acquisition>;
  @Field(Type.Array(restriction, { maxItems: 20 })) readonly restrictions!: Static<typeof restriction>[];
}

export const registerEvidence = fact(evidence, RegisterEvidence, {
  creates: true,
  rules: (_, { acquisition: { method, acquiredAt, contentCreatedAt, ...acquired }, ...item }, { now }) => [
    guard('date-in-future', Date.parse(acquiredAt) <= Date.parse(now), acquiredAt),
    guard(
      'content-newer-than-acquisition',
      contentCreatedAt === undefined || Date.parse(contentCreatedAt) <= Date.parse(acquiredAt),
      contentCreatedAt,
    ),
    guard(
      'legal-authority-missing',
      !['seizure', 'interception'].includes(method) || acquired.legalAuthority !== undefined,
      method,
    ),
    guard('source-address-missing', method !== 'onlineCapture' || acquired.sourceUrl !== undefined, method),
    guard('seal-broken', item.seal?.condition !== 'broken', item.seal?.number),
  ],
  record: (_, { restrictions, ...item }, context) => [
    EvidenceRegistered({
      ...item,
      restrictions: restrictions.map((demanded, index) => ({
        restrictionId: context.newId(`restriction ${index}`),
        ...demanded,
      })),
      irregularities: context.irregularities,
    }),
  ],
});
