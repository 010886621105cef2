import { Type } from 'typebox';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import {
  count,
  dayOrInstant,
  id,
  instant,
  type investigation,
  object,
  type referral,
  streamName,
  subject,
  text,
  type witness,
} from '#domain';
import { idOf, streamOf } from '#event-sourcing';
import { decodedTypes, type EventsOf } from './domain-events.js';
import type { ListDefinition } from './list/definition.js';
import { dispatch, type Handlers, insert } from './rows.js';
import type { ProjectedEvent, Projection, Rows } from './runner/projection.js';
import { shapeOf } from './shape.js';
import { type Line, lineOf } from './timeline-lines.js';

/** The timeline of a case: what was recorded about it and about everything that is, or was, linked to it. */

const name = 'case_timeline';
const lineMax = 500;

@Entity({ schema: name, name: 'entries' })
export class TimelineRow {
  @PrimaryColumn('bigint') position!: string;
  @Column('uuid', { name: 'event_id' }) eventId!: string;
  @Column('text') stream!: string;
  @Column('integer') revision!: number;
  @Column('text') about!: string;
  @Column('text') type!: string;
  @Column('text') line!: string;
  @Column('text') actor!: string;
  @Column('text', { nullable: true }) reason!: string | null;
  @Column('timestamptz', { name: 'recorded_at' }) recordedAt!: Date;
  @Column('text', { name: 'occurred_at', nullable: true }) occurredAt!: string | null;
}

export const timelineItem = object({
  position: Type.String({ pattern: '^\\d+$' }),
  eventId: id,
  stream: streamName,
  revision: count,
  /** The stream it is about: its own, but that of a refusal is about what was refused on. */
  about: streamName,
  type: text(100),
  /** One line of text, in English. */
  line: text(lineMax),
  actor: subject,
  reason: Type.Optional(text(4000)),
  recordedAt: instant,
  /** When it happened in the world, as far as the event says so. */
  occurredAt: Type.Optional(dayOrInstant),
});

export const timelineList: ListDefinition<TimelineRow, typeof timelineItem> = {
  name: 'timeline',
  projection: name,
  row: TimelineRow,
  key: { column: 'position', type: 'bigint' },
  item: timelineItem,
  filters: {
    id: {
      fromPath: true,
      schema: id,
      condition: `item.position IN (
        SELECT entry.position FROM ${name}.links link
        JOIN ${name}.entries entry ON entry.about = link.stream AND entry.position <= coalesce(link.until, entry.position)
        WHERE link.investigation_id = :value::uuid)`,
    },
    type: { schema: Type.Enum([...decodedTypes]), condition: 'item.type = :value' },
    actor: { schema: subject, condition: 'item.actor = :value' },
    stream: { schema: streamName, condition: 'item.stream = :value' },
    about: { schema: streamName, condition: 'item.about = :value' },
    recordedFrom: { schema: instant, condition: 'item.recorded_at >= :value::timestamptz' },
    recordedUntil: { schema: instant, condition: 'item.recorded_at <= :value::timestamptz' },
  },
  sorts: {
    recordedAt: { expression: 'item.position', type: 'bigint' },
    /** What says nothing of the world comes first. */
    occurredAt: { expression: `coalesce(item.occurred_at, '')`, type: 'text' },
  },
  defaultSort: 'recordedAt',
  searchable: true,
  visible: `(:readsRefusals::boolean OR item.type <> 'SensitiveCommandRefused')
    AND (:readsAccesses::boolean OR item.type <> 'ProtectedMaterialRead')
    AND (:readsWitnesses::boolean OR item.about NOT LIKE 'witness-%')`,
  toItem: (row) => ({
    position: row.position,
    eventId: row.eventId,
    stream: row.stream,
    revision: row.revision,
    about: row.about,
    type: row.type,
    line: row.line,
    actor: row.actor,
    ...(row.reason === null ? {} : { reason: row.reason }),
    recordedAt: row.recordedAt.toISOString(),
    ...(row.occurredAt === null ? {} : { occurredAt: row.occurredAt }),
  }),
};

function entryOf(event: ProjectedEvent, { text: line, occurredAt, about }: Line) {
  return {
    position: String(event.position),
    event_id: event.id,
    stream: event.stream,
    revision: event.revision,
    about: about ?? event.stream,
    type: event.type,
    line: shortened(line),
    actor: event.metadata.actor.subject,
    reason: event.metadata.reason ?? null,
    recorded_at: event.recordedAt,
    occurred_at: occurredAt ?? null,
  };
}

/** Half of a surrogate pair at the cut is no character, and PostgreSQL would refuse it. */
function shortened(line: string): string {
  return line.length > lineMax ? `${line.slice(0, lineMax - 1).replace(/[\uD800-\uDBFF]$/, '')}…` : line;
}

/** Which streams belong to a case, from which position on and until which. */
interface Links {
  readonly begun: { investigation_id: string; stream: string; since: string }[];
  readonly ended: { investigation_id: string; stream: string; until: string }[];
}

const begin = (
  category: string,
  linked: string,
  { aggregateId, position }: ProjectedEvent,
  { begun }: Links,
) =>
  void begun.push({
    investigation_id: aggregateId,
    stream: streamOf(category, linked),
    since: String(position),
  });
const end = (category: string, linked: string, { aggregateId, position }: ProjectedEvent, { ended }: Links) =>
  void ended.push({
    investigation_id: aggregateId,
    stream: streamOf(category, linked),
    until: String(position),
  });

const linkHandlers: Handlers<EventsOf<typeof investigation>, Links> = {
  InvestigationOpened: (_, event, links) => begin('investigation', event.aggregateId, event, links),
  AllegationAccepted: ({ allegationId }, event, links) => begin('allegation', allegationId, event, links),
  IncidentAttached: ({ incidentId }, event, links) => begin('incident', incidentId, event, links),
  IncidentDetached: ({ incidentId }, event, links) => end('incident', incidentId, event, links),
  EvidenceLinked: ({ evidenceId, statement }, event, links) => {
    begin('evidence', evidenceId, event, links);
    if (statement) begin('witness', statement.witnessId, event, links);
  },
  EvidenceUnlinked: ({ evidenceId }, event, links) => end('evidence', evidenceId, event, links),
};

/** A witness belongs to every case that an interview was planned or held for, also when the statement is not used. */
const belongs = (
  { investigationId: investigation_id }: { readonly investigationId: string },
  { stream, position }: ProjectedEvent,
  { begun }: Links,
) => void begun.push({ investigation_id, stream, since: String(position) });
const witnessHandlers: Handlers<EventsOf<typeof witness>, Links> = {
  InterviewPlanned: belongs,
  WitnessInterviewed: belongs,
};

/** A case's timeline shows what was handed on of it. */
const referralHandlers: Handlers<EventsOf<typeof referral>, Links> = {
  ReferralDrafted: ({ subject: of }, { stream, position }, { begun }) =>
    void begun.push({ investigation_id: idOf(of), stream, since: String(position) }),
};

async function writeLinks(rows: Rows, { begun, ended }: Links): Promise<void> {
  await insert(rows, 'links', begun);
  if (ended.length === 0) return;
  // A thing may be linked and unlinked more than once in a batch: each link ends with the first end after it.
  await rows.query(
    `WITH ended AS (
       SELECT * FROM json_to_recordset($1) AS item (investigation_id uuid, stream text, until bigint)
     )
     UPDATE links SET until = (
       SELECT min(ended.until) FROM ended
       WHERE (ended.investigation_id, ended.stream) = (links.investigation_id, links.stream)
         AND ended.until > links.since)
     WHERE until IS NULL AND EXISTS (
       SELECT FROM ended
       WHERE (ended.investigation_id, ended.stream) = (links.investigation_id, links.stream)
         AND ended.until > links.since)`,
    [JSON.stringify(ended)],
  );
}

export const caseTimeline: Projection = {
  name,
  shape: shapeOf(1),
  types: decodedTypes,
  async project(events, rows) {
    await insert(
      rows,
      'entries',
      events.map((event) => entryOf(event, lineOf(event))),
    );
    const links: Links = { begun: [], ended: [] };
    for (const event of events) {
      dispatch(linkHandlers, event, links);
      dispatch(witnessHandlers, event, links);
      dispatch(referralHandlers, event, links);
    }
    await writeLinks(rows, links);
  },
  migrations: [
    {
      name: 'CaseTimeline1764000000005',
      sql: `
CREATE TABLE entries (
  position bigint PRIMARY KEY,
  event_id uuid NOT NULL,
  stream text COLLATE "C" NOT NULL,
  revision integer NOT NULL,
  about text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  line text NOT NULL,
  actor text NOT NULL,
  reason text,
  recorded_at timestamp (3) with time zone NOT NULL,
  occurred_at text COLLATE "C",
  search tsvector GENERATED ALWAYS AS (to_tsvector('simple', line || ' ' || coalesce(reason, ''))) STORED
);
CREATE INDEX ON entries (about, position);
-- Which streams belong to a case. Once unlinked, a thing's later history is no longer the case's.
CREATE TABLE links (
  investigation_id uuid NOT NULL,
  stream text COLLATE "C" NOT NULL,
  since bigint NOT NULL,
  until bigint,
  PRIMARY KEY (investigation_id, stream, since)
);`,
    },
  ],
};
