import { Type } from 'typebox';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import {
  day,
  dayOrInstant,
  evidence,
  id,
  instant,
  investigation,
  object,
  referral,
  reviewedDigest,
  streamName,
  subject,
  text,
  witness,
} from '#domain';
import { type Aggregate, categoryOf, idOf, streamOf } from '#event-sourcing';
import { typesIn } from './domain-events.js';
import { foldColumns, type Folding, foldStreams, writeFolds } from './folded.js';
import {
  inboxActions,
  inboxKinds,
  itemsOfCase,
  itemsOfExhibit,
  itemsOfReferral,
  itemsOfWitness,
  type Since,
  sinceHandlers,
} from './inbox-items.js';
import { inboxMigrations } from './inbox-migrations.js';
import type { ListDefinition } from './list/definition.js';
import { endingText, nowText } from './moments.js';
import { dispatch, upsert } from './rows.js';
import type { Projection } from './runner/projection.js';
import { shapeOf } from './shape.js';

/** The inbox: what waits for whoever reads it. */

const name = 'inbox';

@Entity({ schema: name, name: 'items' })
export class InboxRow {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') kind!: (typeof inboxKinds)[number];
  @Column('text') stream!: string;
  @Column('text', { nullable: true }) about!: string | null;
  @Column('text') title!: string;
  @Column('text') action!: string;
  @Column('uuid', { name: 'request_id', nullable: true }) requestId!: string | null;
  @Column('text', { nullable: true }) digest!: string | null;
  @Column('uuid', { name: 'flag_id', nullable: true }) flagId!: string | null;
  @Column('timestamptz') since!: Date;
  @Column('text', { nullable: true }) due!: string | null;
  @Column('text', { name: 'asked_by', nullable: true }) askedBy!: string | null;
}

const resource = { stream: streamName, path: Type.String({ examples: ['/v1/evidence/…'] }) };

export const inboxItem = object({
  id,
  kind: Type.Enum([...inboxKinds]),
  title: text(500),
  subject: object(resource),
  /** The item of evidence in question, where that is not the subject. */
  about: Type.Optional(object(resource)),
  /** The use case that settles it. */
  action: Type.Enum([...inboxActions]),
  /** What an approval has to name: the request, and what was reviewed. */
  requestId: Type.Optional(id),
  digest: Type.Optional(reviewedDigest),
  /** What has to be looked at, as clearing it names it. */
  flagId: Type.Optional(id),
  since: instant,
  /** When it is expected, expires, ends or is to be done. */
  due: Type.Optional(dayOrInstant),
  askedBy: Type.Optional(subject),
});

const casesKept = `SELECT FROM ${name}.cases kept WHERE kept.conflicts`;

/** In the words of `isSamePerson`: whoever asked does not settle it. Only an offer is taken back by whoever made it. */
const isOwn = `item.kind <> 'overdueOffer'
  AND (item.asked_by = ANY (:people::text[]) OR item.asked_through = :person)`;

/** Nothing is decided on in a case by whoever declared a conflict of interest, nor on what such a person asked for. */
const conflicted = `EXISTS (${casesKept} && (:people::text[] || ARRAY[item.asked_by, item.asked_through])
  AND kept.id = item.investigation_id)`;

const isDueToWait = `CASE item.kind
  WHEN 'approval' THEN item.due_end > ${nowText}
  WHEN 'overdueOffer' THEN item.due_end < ${nowText}
  WHEN 'consentEnding' THEN item.due_end > ${nowText} AND item.due_end <= ${endingText}
  WHEN 'riskReview' THEN item.due_end <= ${endingText}
  ELSE true END`;

export const inboxList: ListDefinition<InboxRow, typeof inboxItem> = {
  name,
  projection: name,
  row: InboxRow,
  key: { column: 'id', type: 'uuid' },
  item: inboxItem,
  filters: {
    kind: { schema: Type.Enum([...inboxKinds]), condition: 'item.kind = :value' },
    /** What is part of the case, its items of evidence, and the witnesses who were interviewed for it or are to be. */
    investigation: {
      schema: id,
      condition: `:readsCases::boolean
        AND NOT EXISTS (${casesKept} && :people::text[] AND kept.id = :value::uuid)
        AND (item.investigations @> ARRAY[:value::uuid] OR item.subject_id IN (
          SELECT json_object_keys(linked.fold #> '{state,evidence}')::uuid
          FROM ${name}.cases linked WHERE linked.id = :value::uuid))`,
    },
    /** Before this day. */
    due: { schema: day, condition: 'item.due_end < :value' },
  },
  sorts: {
    /** By the day, then by how long it has waited; last what is due on none. */
    due: { expression: 'item.due_order', type: 'text' },
    since: { expression: 'item.since', type: 'timestamptz' },
  },
  defaultSort: 'due',
  searchable: true,
  visible: `item.action = ANY (:mayDo::text[])
    AND coalesce(item.waits_for = :person, true)
    AND (item.asked_by IS NULL OR NOT (${isOwn}))
    AND ${isDueToWait}
    AND NOT ${conflicted}`,
  toItem: (row) => ({
    id: row.id,
    kind: row.kind,
    title: row.title,
    subject: resourceAt(row.stream),
    ...(row.about === null ? {} : { about: resourceAt(row.about) }),
    action: actionIn(row),
    ...(row.requestId === null ? {} : { requestId: row.requestId }),
    ...(row.digest === null ? {} : { digest: row.digest }),
    ...(row.flagId === null ? {} : { flagId: row.flagId }),
    since: row.since.toISOString(),
    ...(row.due === null ? {} : { due: row.due }),
    ...(row.askedBy === null ? {} : { askedBy: row.askedBy }),
  }),
};

/** The addresses of what things wait on. */
const paths = new Map([
  [investigation.category, 'investigations'],
  [evidence.category, 'evidence'],
  [referral.category, 'referrals'],
  [witness.category, 'witnesses'],
]);

const resourceAt = (stream: string) => ({
  stream,
  path: `/v1/${paths.get(categoryOf(stream)) ?? categoryOf(stream)}/${idOf(stream)}`,
});

function actionIn({ action }: InboxRow): (typeof inboxActions)[number] {
  const known = inboxActions.find((candidate) => candidate === action);
  if (known === undefined) throw new Error(`${action} settles nothing that waits`);
  return known;
}

function folding<State>(aggregate: Aggregate<State>, table: string): Folding<State, Since> {
  return {
    aggregate,
    table,
    notes: () => ({ since: {} }),
    note: ({ notes }, event) => dispatch(sinceHandlers, event, notes),
  };
}

const foldings = {
  cases: folding(investigation, 'cases'),
  exhibits: folding(evidence, 'exhibits'),
  witnesses: folding(witness, 'witnesses'),
  referrals: folding(referral, 'referrals'),
};

const folded = [investigation, evidence, witness, referral];

export const inbox: Projection = {
  name,
  shape: shapeOf(2, ...folded),
  types: typesIn(...folded),
  async project(events, rows) {
    const cases = await foldStreams(foldings.cases, events, rows);
    const exhibits = await foldStreams(foldings.exhibits, events, rows);
    const witnesses = await foldStreams(foldings.witnesses, events, rows);
    const referrals = await foldStreams(foldings.referrals, events, rows);
    const caseColumns = (held: (typeof cases)[number]) => ({
      conflicts: Object.keys(held.state.conflicts),
      ...foldColumns(held),
    });
    await writeFolds(foldings.cases, cases, caseColumns, rows);
    await writeFolds(foldings.exhibits, exhibits, foldColumns, rows);
    await writeFolds(foldings.witnesses, witnesses, foldColumns, rows);
    await writeFolds(foldings.referrals, referrals, foldColumns, rows);
    // What no longer waits leaves; which that is follows from what is left.
    const moved = [
      ...cases.map((held) => streamOf(investigation.category, held.id)),
      ...exhibits.map((held) => streamOf(evidence.category, held.id)),
      ...witnesses.map((held) => streamOf(witness.category, held.id)),
      ...referrals.map((held) => streamOf(referral.category, held.id)),
    ];
    if (moved.length > 0) await rows.query('DELETE FROM items WHERE stream = ANY ($1)', [moved]);
    const waiting = [
      ...cases.flatMap(itemsOfCase),
      ...exhibits.flatMap(itemsOfExhibit),
      ...witnesses.flatMap(itemsOfWitness),
      ...referrals.flatMap(itemsOfReferral),
    ];
    await upsert(rows, 'items', ['id'], waiting);
  },
  migrations: inboxMigrations,
  readsBy: ['items_stream_idx'],
};
