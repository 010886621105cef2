import { Client } from 'pg';
import { noStream } from '#event-sourcing';
import { type PostgresEventStore, postgresEventStore } from '#event-store-postgres';
import { type Bench, type Figure, timesBaseline } from './figure.js';
import { onConnection } from './postgres-server.js';
import { sampleEvent } from './sample-event.js';
import { interleaved, perSecond } from './statistics.js';

const rounds = 7;
const durationMs = 1_500;
const connections = 16;

/** Durable single-event appends to distinct streams, against the cheapest durable way to keep the same row. */
export const appends: Figure = {
  id: 'P1',
  title: 'durable single-event appends to distinct streams, PostgreSQL',
  async measure(bench) {
    const store = await openStore(bench, 'bench_p1_store');
    const inserts = await bareInserts(bench);
    try {
      const contenders = [
        { name: `bare INSERT, ${connections} connections`, run: () => inserts.run() },
        { name: 'append, 64 in flight', run: () => appendsPerSecond(store, 64) },
        { name: 'append, 256 in flight', run: () => appendsPerSecond(store, 256) },
      ];
      const [bare = 0, at64 = 0, at256 = 0] = await interleaved(contenders, rounds, bench.progress);
      const baseline = { name: `bare INSERT, ${connections} connections`, value: bare };
      const line = (inFlight: number) => ({
        id: 'P1',
        name: `appends, ${inFlight} in flight`,
        unit: 'events/s',
      });
      return [timesBaseline(line(64), at64, baseline, 2.2), timesBaseline(line(256), at256, baseline, 3)];
    } finally {
      await Promise.all([store.close(), inserts.close()]);
    }
  },
};

/** An event store on a fresh database, with the bounds of production. */
export async function openStore(bench: Bench, database: string): Promise<PostgresEventStore> {
  return postgresEventStore({ url: await (await bench.postgres()).eventStore(database) });
}

export function appendsPerSecond(store: PostgresEventStore, inFlight: number): Promise<number> {
  return perSecond({ inFlight, durationMs }, () => {
    const { category, streamId, id, type, data, metadata } = sampleEvent();
    return store.append(`${category}-${streamId}`, noStream, [
      { id, type, schemaVersion: 1, data: JSON.stringify(data), metadata: JSON.stringify(metadata) },
    ]);
  });
}

interface BareInserts {
  run(): Promise<number>;
  close(): Promise<unknown>;
}

/**
 * The same columns and indexes as the store's, without its triggers; positions from a sequence. One caller per
 * connection with a prepared statement is the fastest that `pg` does it; a pool with more callers waiting is slower.
 */
async function bareInserts(bench: Bench): Promise<BareInserts> {
  const url = await (await bench.postgres()).database('bench_p1_bare');
  await onConnection(url, (client) => client.query(table));
  const clients = await Promise.all(
    Array.from({ length: connections }, async () => {
      const client = new Client({ connectionString: url });
      await client.connect();
      return client;
    }),
  );
  return {
    run: () =>
      perSecond({ inFlight: connections, durationMs }, async (caller) => {
        const { category, streamId, id, type, data, metadata } = sampleEvent();
        await clients[caller]?.query({
          name: 'insert',
          text: insert,
          values: [`${category}-${streamId}`, 0, id, type, 1, JSON.stringify(data), JSON.stringify(metadata)],
        });
      }),
    close: () => Promise.all(clients.map((client) => client.end())),
  };
}

const table = `
  create table events (
    position bigint generated always as identity primary key,
    stream text collate "C" not null,
    revision integer not null,
    event_id uuid not null,
    type text collate "C" not null,
    schema_version smallint not null,
    data json not null,
    metadata json not null,
    recorded_at timestamp (3) with time zone not null default clock_timestamp(),
    unique (stream, revision)
  )`;

const insert = `
  insert into events (stream, revision, event_id, type, schema_version, data, metadata)
  values ($1, $2, $3, $4, $5, $6, $7)`;
