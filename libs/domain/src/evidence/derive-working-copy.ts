import { type Static, Type } from 'typebox';
import { type DeepReadonly, fact, Field } from '#event-sourcing';
import { isBefore } from '../before.js';
import { guard } from '../refusals.js';
import { isSame } from '../same.js';
import type { Digest, Id } from '../values.js';
import { type Evidence, evidence, WorkingCopyDerived } from './evidence.js';
import { isNotQuarantined } from './guards.js';
import { derivation } from './working-copies.js';

const { from, purpose, tool, toolVersion, parameters, digests, operatorId, derivedAt, description } =
  derivation;

/**
 * Records a working copy that was made of the item, or of another copy of it, exactly enough to make it again. It is in
 * the item's own stream: what restricts the item restricts whatever was made from it.
 */
export class DeriveWorkingCopy {
  @Field(Type.Optional(from)) readonly from?: Id;
  @Field(purpose) readonly purpose!: Static<typeof purpose>;
  @Field(tool) readonly tool!: string;
  @Field(Type.Optional(toolVersion)) readonly toolVersion?: string;
  @Field(parameters) readonly parameters!: string;
  @Field(digests, (given) => {
    const algorithms = new Set(given.map(({ algorithm }) => algorithm));
    return algorithms.size < given.length ? 'one digest for each algorithm' : undefined;
  })
  readonly digests!: Digest[];
  @Field(operatorId) readonly operatorId!: Id;
  @Field(derivedAt) readonly derivedAt!: string;
  @Field(Type.Optional(description)) readonly description?: string;
}

/**
 * A fact: the copy exists, whatever was wrong with making it, and a copy that is not on record can circulate without
 * its restrictions. So one made in quarantine, or from a parent that nobody recorded, is noted as irregular. A breach
 * that is detected while it is recorded stands beside it in the same stream, in the order in which they came.
 */
export const deriveWorkingCopy = fact(evidence, DeriveWorkingCopy, {
  rules: (state, command, { now }) => {
    const parent = command.from === undefined ? state : state.copies[command.from];
    const parentDerivedAt = command.from === undefined ? undefined : state.copies[command.from]?.derivedAt;
    return [
      guard('copy-parent-unknown', parent !== undefined, command.from),
      isNotQuarantined(state),
      isNotQuarantined(state, command.from),
      guard('date-in-future', !isBefore(now, command.derivedAt), command.derivedAt),
      guard('derived-before-acquisition', !isBefore(command.derivedAt, state.acquisition.acquiredAt)),
      guard(
        'derived-before-parent',
        parentDerivedAt === undefined || !isBefore(command.derivedAt, parentDerivedAt),
      ),
      guard('copy-identical', !sharesDigest(parent?.digests ?? [], command.digests)),
    ];
  },
  record: (state, command, { newId, irregularities }) =>
    Object.values(state.copies).some((other) => isSameCopy(other, command))
      ? []
      : [
          WorkingCopyDerived({
            copyId: newId('copy'),
            ...command,
            irregularities: [...new Set(irregularities)],
          }),
        ],
});

type Copy = DeepReadonly<Evidence['copies'][string]>;

/** What became of the copy since is no part of what was derived. */
function isSameCopy(
  { irregularities: _found, content: _held, integrity: _checked, ...derived }: Copy,
  command: object,
) {
  return isSame(derived, command);
}

const sharesDigest = (ones: readonly unknown[], others: readonly unknown[]): boolean =>
  ones.some((one) => others.some((other) => isSame(one, other)));
