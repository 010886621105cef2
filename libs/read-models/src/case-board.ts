import { Type } from 'typebox';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import {
  caseStage,
  count,
  id,
  instant,
  type Investigation,
  investigation,
  nextStep,
  object,
  profileName,
  subject,
  text,
} from '#domain';
import { typesIn } from './domain-events.js';
import { foldColumns, type Folding, foldStreams, type Held, writeFolds } from './folded.js';
import type { ListDefinition } from './list/definition.js';
import type { Projection } from './runner/projection.js';
import { shapeOf } from './shape.js';

/** The case board: where every investigation stands, since when, what comes next and what blocks it. */

const name = 'case_board';

@Entity({ schema: name, name: 'cases' })
export class CaseRow {
  @PrimaryColumn('uuid') id!: string;
  @Column('integer') revision!: number;
  @Column('text') reference!: string;
  @Column('text') title!: string;
  @Column('text') stage!: Investigation['stage'];
  @Column('text') forum!: string;
  @Column('text') profile!: Investigation['profile'];
  @Column('text', { nullable: true }) lead!: string | null;
  @Column('integer') allegations!: number;
  @Column('integer') incidents!: number;
  @Column('integer') evidence!: number;
  @Column('integer') unreviewed!: number;
  @Column('integer') members!: number;
  @Column('integer') issues!: number;
  @Column('text', { name: 'next_step', nullable: true }) nextStep!: string | null;
  @Column('text', { name: 'next_stage', nullable: true }) nextStage!: string | null;
  @Column('text', { name: 'blocked_by', array: true }) blockedBy!: string[];
  @Column('timestamptz', { name: 'stage_since' }) stageSince!: Date;
  @Column('timestamptz', { name: 'opened_at' }) openedAt!: Date;
  @Column('timestamptz', { name: 'changed_at' }) changedAt!: Date;
}

export const caseItem = object({
  id,
  revision: count,
  reference: text(100),
  title: text(300),
  stage: caseStage,
  forum: text(300),
  profile: profileName,
  lead: Type.Optional(subject),
  counts: object({
    allegations: count,
    incidents: count,
    evidence: count,
    /** Linked items whose bearing nobody has reviewed yet. */
    unreviewed: count,
    members: count,
    issues: count,
  }),
  openedAt: instant,
  changedAt: instant,
  stageSince: instant,
  /** Age in the stage, in whole days. */
  daysInStage: count,
  /** The command that takes the case on, and the codes of the rules it would be refused by; absent when none is left. */
  nextStep: Type.Optional(
    object({ command: text(100), to: Type.Optional(text(100)), blockedBy: Type.Array(text(100)) }),
  ),
});

export const caseBoardList: ListDefinition<CaseRow, typeof caseItem> = {
  name: 'investigations',
  projection: name,
  row: CaseRow,
  key: { column: 'id', type: 'uuid' },
  item: caseItem,
  filters: {
    stage: { schema: caseStage, condition: 'item.stage = :value' },
    lead: { schema: subject, condition: 'item.lead = :value' },
    member: { schema: subject, condition: 'item.staff @> ARRAY[:value]' },
    forum: { schema: text(300), condition: 'item.forum = :value' },
    profile: { schema: profileName, condition: 'item.profile = :value' },
    reference: { schema: text(100), condition: 'item.reference = :value' },
    blocked: {
      schema: Type.Enum(['true', 'false']),
      condition: `(item.blocked_by <> '{}') = :value::boolean`,
    },
  },
  sorts: {
    stageSince: { expression: 'item.stage_since', type: 'timestamptz' },
    openedAt: { expression: 'item.opened_at', type: 'timestamptz' },
    changedAt: { expression: 'item.changed_at', type: 'timestamptz' },
    reference: { expression: 'item.reference', type: 'text' },
    title: { expression: 'item.title', type: 'text' },
  },
  defaultSort: 'stageSince',
  searchable: true,
  visible: 'NOT item.conflicts && :people::text[]',
  toItem: (row, now) => ({
    id: row.id,
    revision: row.revision,
    reference: row.reference,
    title: row.title,
    stage: row.stage,
    forum: row.forum,
    profile: row.profile,
    ...(row.lead === null ? {} : { lead: row.lead }),
    counts: {
      allegations: row.allegations,
      incidents: row.incidents,
      evidence: row.evidence,
      unreviewed: row.unreviewed,
      members: row.members,
      issues: row.issues,
    },
    openedAt: row.openedAt.toISOString(),
    changedAt: row.changedAt.toISOString(),
    stageSince: row.stageSince.toISOString(),
    daysInStage: Math.max(0, Math.floor((now.getTime() - row.stageSince.getTime()) / 86_400_000)),
    ...(row.nextStep === null
      ? {}
      : {
          nextStep: {
            command: row.nextStep,
            ...(row.nextStage === null ? {} : { to: row.nextStage }),
            blockedBy: row.blockedBy,
          },
        }),
  }),
};

/** Recording times, which a state does not know. */
interface Times {
  stage: string;
  stageSince: string;
  openedAt: string;
  changedAt: string;
}

const folding: Folding<Investigation, Times> = {
  aggregate: investigation,
  table: 'cases',
  notes: () => ({ stage: '', stageSince: '', openedAt: '', changedAt: '' }),
  note: ({ state, notes }, { recordedAt }) => {
    notes.changedAt = recordedAt;
    notes.openedAt ||= recordedAt;
    if (notes.stage === state.stage) return;
    notes.stage = state.stage;
    notes.stageSince = recordedAt;
  },
};

function rowOf(held: Held<Investigation, Times>) {
  const { state, notes } = held;
  const step = nextStep(state);
  const evidence = Object.values(state.evidence);
  return {
    reference: state.reference,
    title: state.title,
    scope: state.scope,
    stage: state.stage,
    forum: state.forum,
    profile: state.profile,
    lead: state.lead ?? null,
    staff: Object.keys(state.members),
    conflicts: Object.keys(state.conflicts),
    allegations: Object.keys(state.allegations).length,
    incidents: Object.keys(state.incidents).length,
    evidence: evidence.length,
    unreviewed: evidence.filter(({ bearing }) => bearing === 'unreviewed').length,
    members: Object.keys(state.members).length,
    issues: Object.keys(state.issues).length,
    next_step: step?.step ?? null,
    next_stage: step?.to ?? null,
    blocked_by: step?.blockedBy ?? [],
    stage_since: notes.stageSince,
    opened_at: notes.openedAt,
    changed_at: notes.changedAt,
    ...foldColumns(held),
  };
}

export const caseBoard: Projection = {
  name,
  shape: shapeOf(1, investigation),
  types: typesIn(investigation),
  async project(events, rows) {
    const held = await foldStreams(folding, events, rows);
    await writeFolds(folding, held, rowOf, rows);
  },
  migrations: [
    {
      name: 'CaseBoard1764000000001',
      sql: `
CREATE TABLE cases (
  id uuid PRIMARY KEY,
  revision integer NOT NULL,
  position bigint NOT NULL,
  reference text NOT NULL,
  title text NOT NULL,
  scope text NOT NULL,
  stage text NOT NULL,
  forum text NOT NULL,
  profile text NOT NULL,
  lead text,
  staff text[] NOT NULL,
  -- The people who declared a conflict of interest.
  conflicts text[] NOT NULL,
  allegations integer NOT NULL,
  incidents integer NOT NULL,
  evidence integer NOT NULL,
  unreviewed integer NOT NULL,
  members integer NOT NULL,
  issues integer NOT NULL,
  next_step text,
  next_stage text,
  blocked_by text[] NOT NULL,
  stage_since timestamp (3) with time zone NOT NULL,
  opened_at timestamp (3) with time zone NOT NULL,
  changed_at timestamp (3) with time zone NOT NULL,
  search tsvector GENERATED ALWAYS AS
    (to_tsvector('simple', reference || ' ' || title || ' ' || scope || ' ' || forum)) STORED,
  fold json NOT NULL
);
CREATE INDEX ON cases (stage_since, id);
CREATE INDEX ON cases (opened_at, id);
CREATE INDEX ON cases (changed_at, id);
CREATE INDEX ON cases (reference, id);
CREATE INDEX ON cases (title, id);
CREATE INDEX ON cases USING gin (search);
CREATE INDEX ON cases USING gin (staff);`,
    },
  ],
};
