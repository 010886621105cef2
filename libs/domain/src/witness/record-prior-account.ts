import { type Static, Type } from 'typebox';
import { fact, Field, read } from '#event-sourcing';
import { evidence } from '../evidence/evidence.js';
import { guard } from '../refusals.js';
import { isSameBut } from '../same.js';
import { dayOrInstant, type Id, id, language, text } from '../values.js';
import { isNotInFuture, wereFree } from './guards.js';
import { voluntariness } from './statements.js';
import { PriorAccountRecorded, witness } from './witness.js';

/**
 * Records what the witness told others before us: journalists, organisations, captors. It has to be looked at before the
 * witness is interviewed, and none was taken from whoever is not free without asking how.
 */
export class RecordPriorAccount {
  /** The organisation that took it. */
  @Field(text(300)) readonly takenBy!: string;
  @Field(dayOrInstant) readonly takenOn!: string;
  /** Who held the witness then; left out where the witness was free. */
  @Field(Type.Optional(text(300))) readonly inCustodyOf?: string;
  @Field(voluntariness) readonly voluntariness!: Static<typeof voluntariness>;
  /** The item that holds it. */
  @Field(Type.Optional(id)) readonly evidenceId?: Id;
  @Field(Type.Optional(language)) readonly language?: string;
  @Field(Type.Optional(text(2000))) readonly circumstances?: string;
}

/**
 * An item that is registered between the read and the append leaves the account irregular. What is on record as irregular
 * can be entered again when it no longer is.
 */
export const recordPriorAccount = fact(witness, RecordPriorAccount, {
  reads: (_, { evidenceId }) => ({ items: evidenceId === undefined ? [] : [read(evidence, evidenceId)] }),
  rules: (_, { takenOn, inCustodyOf, voluntariness: found, evidenceId }, { now, items }) => [
    isNotInFuture(takenOn, now),
    ...wereFree(found, inCustodyOf),
    guard(
      'evidence-unknown',
      items.every((item) => item !== undefined),
      evidenceId,
    ),
  ],
  record: (state, command, { newId, irregularities }) => {
    const account = { ...command, irregularities };
    const known = Object.values(state.priorAccounts).some((other) => isSameBut(other, account, 'recanted'));
    return known ? [] : [PriorAccountRecorded({ accountId: newId('account'), ...account })];
  },
});
