import { type Static, Type } from 'typebox';
import { fact, Field, type Guard } from '#event-sourcing';
import { isBefore } from '../before.js';
import { guard, type RefusalCode } from '../refusals.js';
import { evidenceForm, evidenceKind } from '../value-lists.js';
import { digest, type Digest, restriction, text } from '../values.js';
import { acquisition, seal } from './acquisition.js';
import { evidence, EvidenceRegistered } from './evidence.js';

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
  rules: (_, { acquisition: acquired, seal: found }, { now }) => [
    ...datesInOrder(acquired, now),
    guard(
      'legal-authority-missing',
      !['seizure', 'interception'].includes(acquired.method) || acquired.legalAuthority !== undefined,
      acquired.method,
    ),
    guard(
      'source-address-missing',
      !['onlineCapture', 'download'].includes(acquired.method) || acquired.sourceUrl !== undefined,
      acquired.method,
    ),
    guard('seal-broken', found?.condition !== 'broken', found?.number),
    guard('seal-absent', found?.condition !== 'absent', found?.number),
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

/** What the dates say must have been possible. What is known to the day only may have been at any time of it. */
function datesInOrder(
  { acquiredAt, contentCreatedAt, priorCustody }: RegisterEvidence['acquisition'],
  now: string,
): Guard<RefusalCode>[] {
  const isAfterAcquisition = (time: string | undefined) => time !== undefined && isBefore(acquiredAt, time);
  return [
    guard('date-in-future', !isBefore(now, acquiredAt), acquiredAt),
    guard('content-newer-than-acquisition', !isAfterAcquisition(contentCreatedAt), contentCreatedAt),
    guard(
      'custody-contradicts-itself',
      !priorCustody.some(
        ({ from, until }) => from !== undefined && until !== undefined && isBefore(until, from),
      ),
    ),
    guard(
      'custody-past-acquisition',
      !priorCustody.some(({ from, until }) => isAfterAcquisition(from) || isAfterAcquisition(until)),
    ),
  ];
}
