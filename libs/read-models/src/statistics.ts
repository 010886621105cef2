import { type Incident, incident, victimKey } from '#domain';
import { monthOf } from './days.js';
import { typesIn } from './domain-events.js';
import { foldColumns, type Folding, foldStreams, type Held, writeFolds } from './folded.js';
import { upsert } from './rows.js';
import type { ProjectedEvent, Projection, Rows } from './runner/projection.js';
import { shapeOf } from './shape.js';

/**
 * What the statistics count: every version of every incident, and every assessment of victims, each with the time at
 * which it was recorded and the time at which another took its place. So any figure can be given as it was known then.
 * Only incidents are read: what an allegation claims in sum adds into nothing.
 */

export const statisticsName = 'statistics';

/** Which event last set what the incident is counted by, and each of its figures. */
interface Current {
  version: number;
  /** What the incident is counted by since then, as JSON. */
  counted: string;
  figures: Record<string, number>;
}

interface Version {
  readonly incident_id: string;
  /** Revision of the event that made it so. */
  readonly revision: number;
  readonly event_id: string;
  readonly position: string;
  readonly recorded_at: string;
  until: string | null;
  readonly status: string;
  /** Stands for that incident, and is not counted. */
  readonly merged_into: string | null;
  readonly month: string;
  readonly country: string | null;
  readonly place: string | null;
  readonly categories: readonly string[];
  readonly parties: readonly { readonly role: string; readonly party: string }[];
}

interface FigureRow {
  readonly incident_id: string;
  readonly revision: number;
  readonly event_id: string;
  readonly position: string;
  readonly recorded_at: string;
  until: string | null;
  readonly harm: string;
  readonly victim_status: string;
  readonly standard: string;
  readonly min: number;
  readonly best: number | null;
  readonly max: number | null;
  readonly sources: readonly string[];
  readonly as_of: string;
}

/** Rows that a batch begins and ends, by incident and revision. */
class Changes {
  readonly versions = new Succession<Version>('incident_versions');
  readonly figures = new Succession<FigureRow>('figures');

  note({ id, state, notes }: Held<Incident, Current>, event: ProjectedEvent): void {
    const at = {
      incident_id: id,
      revision: event.revision,
      event_id: event.id,
      position: String(event.position),
      recorded_at: event.recordedAt,
      until: null,
    };
    if (event.type === 'VictimCountAssessed') {
      const assessed = Object.values(state.victims).find(({ eventId }) => eventId === event.id);
      if (!assessed) throw new Error(`${event.stream}: assessment ${event.id} is not in force`);
      const key = victimKey(assessed);
      const { harm, status: victim_status, standard, min, best = null, max, sources, asOf: as_of } = assessed;
      const figure = { harm, victim_status, standard, min, best, max, sources, as_of };
      this.figures.succeed({ ...at, ...figure }, notes.figures[key]);
      notes.figures[key] = event.revision;
      return;
    }
    const counted = {
      status: state.status,
      merged_into: state.mergedInto ?? null,
      month: monthOf(state.period),
      country: state.place.country ?? null,
      place: state.place.name ?? null,
      categories: state.categories,
      parties: state.parties.map(({ role, party }) => ({ role, party })),
    };
    const text = JSON.stringify(counted);
    if (text === notes.counted) return;
    this.versions.succeed({ ...at, ...counted }, notes.version < 0 ? undefined : notes.version);
    notes.version = event.revision;
    notes.counted = text;
  }
}

interface Dated {
  readonly incident_id: string;
  readonly revision: number;
  readonly recorded_at: string;
  until: string | null;
}

/** Rows of which each takes the place of an earlier one of its incident. */
class Succession<Row extends Dated> {
  readonly #begun = new Map<string, Row>();
  readonly #ended: { incident_id: string; revision: number; until: string }[] = [];

  constructor(private readonly table: string) {}

  succeed(row: Row, predecessor: number | undefined): void {
    const { incident_id, recorded_at: until } = row;
    const before = predecessor === undefined ? undefined : this.#begun.get(`${incident_id}/${predecessor}`);
    if (before) before.until = until;
    else if (predecessor !== undefined) this.#ended.push({ incident_id, revision: predecessor, until });
    this.#begun.set(`${incident_id}/${row.revision}`, row);
  }

  async write(rows: Rows): Promise<void> {
    await upsert(rows, this.table, ['incident_id', 'revision'], [...this.#begun.values()]);
    if (this.#ended.length === 0) return;
    await rows.query(
      `UPDATE ${this.table} AS row SET until = ended.until
       FROM json_to_recordset($1) AS ended (incident_id uuid, revision integer, until timestamptz)
       WHERE (row.incident_id, row.revision) = (ended.incident_id, ended.revision)`,
      [JSON.stringify(this.#ended)],
    );
  }
}

export const statistics: Projection = {
  name: statisticsName,
  shape: shapeOf(1, incident),
  types: typesIn(incident),
  async project(events, rows) {
    const changes = new Changes();
    const folding: Folding<Incident, Current> = {
      aggregate: incident,
      table: 'incidents',
      notes: () => ({ version: -1, counted: '', figures: {} }),
      note: (moved, event) => changes.note(moved, event),
    };
    const held = await foldStreams(folding, events, rows);
    await writeFolds(folding, held, foldColumns, rows);
    await changes.versions.write(rows);
    await changes.figures.write(rows);
  },
  migrations: [
    {
      name: 'Statistics1764000000006',
      sql: `
CREATE TABLE incidents (
  id uuid PRIMARY KEY,
  revision integer NOT NULL,
  position bigint NOT NULL,
  fold json NOT NULL
);
CREATE TABLE incident_versions (
  incident_id uuid NOT NULL,
  revision integer NOT NULL,
  event_id uuid NOT NULL,
  position bigint NOT NULL,
  recorded_at timestamp (3) with time zone NOT NULL,
  until timestamp (3) with time zone,
  status text NOT NULL,
  merged_into uuid,
  month text COLLATE "C" NOT NULL,
  country text COLLATE "C",
  place text,
  categories text[] NOT NULL,
  parties jsonb NOT NULL,
  PRIMARY KEY (incident_id, revision)
);
CREATE INDEX ON incident_versions (recorded_at, until);
-- What is so now, which is asked for most.
CREATE INDEX ON incident_versions (incident_id) WHERE until IS NULL;
CREATE TABLE figures (
  incident_id uuid NOT NULL,
  revision integer NOT NULL,
  event_id uuid NOT NULL,
  position bigint NOT NULL,
  recorded_at timestamp (3) with time zone NOT NULL,
  until timestamp (3) with time zone,
  harm text COLLATE "C" NOT NULL,
  victim_status text COLLATE "C" NOT NULL,
  standard text COLLATE "C" NOT NULL,
  min bigint NOT NULL,
  best bigint,
  max bigint,
  sources text[] NOT NULL,
  as_of date NOT NULL,
  PRIMARY KEY (incident_id, revision)
);
CREATE INDEX ON figures (recorded_at, until);
CREATE INDEX ON figures (incident_id) WHERE until IS NULL;`,
    },
  ],
};
