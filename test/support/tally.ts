import { Pool } from 'pg';
import {
  categoryOf,
  type EventStore,
  type EventToAppend,
  idOf,
  type Metadata,
  type RecordedEvent,
  UndecodableEvent,
} from '#event-sourcing';
import {
  type Decoder,
  migrateReadModels,
  type ProjectedEvent,
  type Projection,
  type Rows,
} from '#read-models';
import { asOwner, eventStoreDatabase } from './event-store-database.js';

/** A small projection for tests of the runner: the sum of the numbers in each stream, and the order they came in. */
export interface Tally {
  readonly projection: Projection;
  readonly pool: Pool;
  readonly ownerUrl: string;
  readonly appUrl: string;
  /** What to do before a batch is written, for instance throw. */
  disturb: (events: readonly ProjectedEvent[], rows: Rows) => Promise<void> | void;
  sums(): Promise<Record<string, { sum: number; revisions: number[] }>>;
  parked(): Promise<{ stream: string; revision: number; fault: string | null }[]>;
  position(): Promise<bigint>;
  /** As if it had never run. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** The projection by itself. */
export function tallyProjection(disturb: Tally['disturb'] = () => undefined): Projection {
  return {
    name: 'tally',
    shape: 'sums',
    types: new Set(['Added']),
    async project(events, rows) {
      await disturb(events, rows);
      await rows.query(
        `INSERT INTO sums (stream, sum, revisions)
         SELECT stream, sum(n), array_agg(revision ORDER BY revision) FROM json_to_recordset($1)
           AS item (stream text, revision integer, n integer) GROUP BY stream
         ON CONFLICT (stream) DO UPDATE
           SET sum = sums.sum + excluded.sum, revisions = sums.revisions || excluded.revisions`,
        [
          JSON.stringify(
            events.map(({ stream, revision, data }) => ({ stream, revision, n: numberIn(data) })),
          ),
        ],
      );
    },
    migrations: [
      {
        name: 'Tally1764000000000',
        sql: 'CREATE TABLE sums (stream text PRIMARY KEY, sum integer NOT NULL, revisions integer[] NOT NULL)',
      },
    ],
  };
}

export async function openTally(): Promise<Tally> {
  const database = await eventStoreDatabase();
  const projection = tallyProjection((...batch) => tally.disturb(...batch));
  await migrateReadModels(database.ownerUrl, [projection], new URL(database.appUrl).username);
  const pool = new Pool({ connectionString: database.appUrl, max: 8 });
  pool.on('error', () => undefined); // tests end connections
  const rowsOf = async <Row extends object>(sql: string) => (await pool.query<Row>(sql)).rows;
  const tally: Tally = {
    projection,
    pool,
    ownerUrl: database.ownerUrl,
    appUrl: database.appUrl,
    disturb: () => undefined,
    sums: async () =>
      Object.fromEntries(
        (await rowsOf<{ stream: string; sum: number; revisions: number[] }>('SELECT * FROM tally.sums')).map(
          ({ stream, ...row }) => [stream, row],
        ),
      ),
    parked: () => rowsOf('SELECT stream, revision, fault FROM projections.parked ORDER BY position'),
    position: async () => {
      const [row] = await rowsOf<{ position: string }>(
        `SELECT position FROM projections.checkpoints WHERE name = 'tally'`,
      );
      return BigInt(row?.position ?? 0);
    },
    reset: async () => {
      tally.disturb = () => undefined;
      await asOwner(database.ownerUrl, (client) =>
        client.query(`DELETE FROM projections.checkpoints; DELETE FROM projections.parked; TRUNCATE tally.sums;
          DROP SCHEMA IF EXISTS tally_next, tally_old, tally_gone CASCADE`),
      );
    },
    close: async () => {
      await pool.end();
      await database.drop();
    },
  };
  return tally;
}

const metadata: Metadata = {
  commandId: '',
  commandHash: '',
  correlationId: '',
  causationId: '',
  actor: { subject: 'someone', roles: [] },
  compartments: [],
};

/** What a program reads that knows these types. */
export function tallyDecoder(...types: readonly string[]): Decoder {
  const knows = ({ type }: RecordedEvent) => types.includes(type);
  return {
    knows,
    decode(recorded) {
      const { stream } = recorded;
      if (!knows(recorded)) throw new UndecodableEvent(`tally has no event ${recorded.type}`);
      return {
        ...recorded,
        data: JSON.parse(recorded.data),
        category: categoryOf(stream),
        aggregateId: idOf(stream),
        metadata,
      };
    },
  };
}

/** The stream of a number from 0 on. */
export const tallyStream = (n: number) => `tally-00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

let appended = 0;

/** Adds numbers to a stream, one event each. */
export async function add(
  store: EventStore,
  stream: string,
  from: number,
  numbers: readonly unknown[],
  type = 'Added',
): Promise<void> {
  const events = numbers.map((n): EventToAppend => {
    appended += 1;
    const id = `10000000-0000-4000-8000-${String(appended).padStart(12, '0')}`;
    return { id, type, schemaVersion: 1, data: JSON.stringify({ n }), metadata: '{}' };
  });
  await store.append(stream, from - 1, events);
}

function numberIn(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'n' in data ? data.n : undefined;
}
