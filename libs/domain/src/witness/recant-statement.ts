import { type Static, Type } from 'typebox';
import { fact, Field } from '#event-sourcing';
import { isBefore } from '../before.js';
import { guard } from '../refusals.js';
import { isSame } from '../same.js';
import { dayOrInstant, type Id, id, text } from '../values.js';
import { isNotInFuture, wereFree } from './guards.js';
import { voluntariness } from './statements.js';
import { StatementRecanted, witness } from './witness.js';

/**
 * Records that the witness took a statement back. The statement and its uses stay, marked: which of the two words is true
 * is for those who weigh them, and a witness may have been made to recant.
 */
export class RecantStatement {
  @Field(Type.Optional(id)) readonly interviewId?: Id;
  @Field(Type.Optional(id)) readonly accountId?: Id;

  @Field(dayOrInstant, (_, { interviewId, accountId }) =>
    (interviewId === undefined) === (accountId === undefined)
      ? 'one statement is recanted: an interview or an earlier account'
      : undefined,
  )
  readonly recantedOn!: string;

  @Field(text(4000)) readonly reason!: string;
  @Field(Type.Optional(text(2000))) readonly circumstances?: string;
  /** Whether it was recanted freely. */
  @Field(voluntariness) readonly voluntariness!: Static<typeof voluntariness>;
}

/** It reads only its own stream: an interview that is recorded in between is a conflict of revisions and is seen. */
export const recantStatement = fact(witness, RecantStatement, {
  rules: ({ interviews, priorAccounts }, command, { now }) => {
    const { interviewId = '', accountId = '', recantedOn } = command;
    const madeOn = interviews[interviewId]?.at ?? priorAccounts[accountId]?.takenOn;
    return [
      guard('statement-unknown', madeOn !== undefined, interviewId || accountId),
      isNotInFuture(recantedOn, now),
      guard('recanted-before-made', madeOn === undefined || !isBefore(recantedOn, madeOn), madeOn),
      ...wereFree(command.voluntariness, undefined),
    ];
  },
  record: (state, command, { irregularities }) => {
    const recanted = { ...command, irregularities };
    return state.recantations.some((other) => isSame(other, recanted)) ? [] : [StatementRecanted(recanted)];
  },
});
