import { type Static, Type } from 'typebox';
import { fact, Field, read } from '#event-sourcing';
import { evidence } from '../evidence/evidence.js';
import { investigation } from '../investigation/investigation.js';
import { guard } from '../refusals.js';
import { isSameBut } from '../same.js';
import { interviewCapacity } from '../value-lists.js';
import { dayOrInstant, type Id, id, language, text } from '../values.js';
import { interviewRules } from './interview-rules.js';
import { accountIds, interview, participants, voluntariness } from './statements.js';
import { witness, WitnessInterviewed } from './witness.js';

const { understands, rightsCaution, counsel } = interview;

/** Records an interview as it was, planned or not; what was irregular about it is on record with it. */
export class RecordInterview {
  /** Of the plan that it carries out. */
  @Field(Type.Optional(id)) readonly interviewId?: Id;
  @Field(id) readonly investigationId!: Id;
  @Field(interviewCapacity) readonly capacity!: Static<typeof interviewCapacity>;
  /** Whether it was about what the person did; of a prisoner of war that is taken for granted unless it says no. */
  @Field(Type.Optional(Type.Boolean())) readonly ownActs?: boolean;
  @Field(dayOrInstant) readonly at!: string;
  @Field(language) readonly language!: string;
  /** Languages that the person understands fully; left out where it is the language of the interview. */
  @Field(understands) readonly understands?: string[];
  @Field(Type.Optional(id)) readonly interpreterId?: Id;
  /** Pseudonyms, as of everybody who took part. */
  @Field(participants.interviewerIds) readonly interviewerIds!: Id[];
  @Field(rightsCaution) readonly rightsCaution!: Static<typeof rightsCaution>;
  @Field(counsel) readonly counsel!: Static<typeof counsel>;
  @Field(Type.Optional(id)) readonly recordingEvidenceId?: Id;
  @Field(Type.Optional(text(500))) readonly place?: string;
  @Field(Type.Optional(Type.Boolean())) readonly minor?: boolean;
  @Field(Type.Optional(id)) readonly supportPersonId?: Id;
  @Field(Type.Optional(text(300))) readonly inCustodyOf?: string;
  @Field(Type.Optional(voluntariness)) readonly voluntariness?: Static<typeof voluntariness>;
  /** Accounts that were looked at beside those of the plan. */
  @Field(Type.Optional(accountIds)) readonly priorAccountsReviewed?: Id[];
}

/**
 * A recording that is registered, or a case that is opened, between the read and the append leaves the interview
 * irregular, which is what it was when it was entered. The same interview again is the one on record.
 */
export const recordInterview = fact(witness, RecordInterview, {
  reads: (_, { investigationId, recordingEvidenceId }) => ({
    case: read(investigation, investigationId),
    recordings: recordingEvidenceId === undefined ? [] : [read(evidence, recordingEvidenceId)],
  }),
  rules: (state, command, { now, case: itsCase, recordings }) => [
    guard('investigation-unknown', itsCase !== undefined, command.investigationId),
    guard(
      'evidence-unknown',
      recordings.every((recording) => recording !== undefined),
      command.recordingEvidenceId,
    ),
    ...interviewRules(state, command, now),
  ],
  record: (state, { interviewId: planned = '', ...held }, { newId, irregularities }) => {
    const known = Object.values(state.interviews).some((other) =>
      isSameBut(other, held, 'recanted', 'irregularities'),
    );
    if (known) return [];
    const isFree = state.plans[planned] !== undefined && state.interviews[planned] === undefined;
    const interviewId = isFree ? planned : newId('interview');
    return [WitnessInterviewed({ interviewId, ...held, irregularities })];
  },
});
