import { randomUUID } from 'node:crypto';
import { type Disruption, eventually } from '#event-sourcing/contract';
import { asOwner, countOf, type EventStoreDatabase } from './event-store-database.js';
import type { PrivatePostgres } from './postgres.js';

type Disrupt = (load: (done: Promise<void>) => Promise<void>) => Promise<void>;

/** What the contract does to a PostgreSQL store's server while a load runs. */
export function postgresDisruptions(
  server: PrivatePostgres,
  { ownerUrl }: EventStoreDatabase,
): Record<Disruption, Disrupt> {
  /** Waits until so many more events are in the log: the load is at work. */
  async function grown(events: number): Promise<void> {
    const from = await head();
    await eventually(async () => (await head()) >= from + events);
  }

  const startedAt = () => countOf(ownerUrl, 'select extract(epoch from pg_postmaster_start_time())');
  const head = () => countOf(ownerUrl, 'select coalesce(max(position), 0) from inquest.events');

  return {
    // One transaction keeps an old snapshot all the while. Another has drawn the next position and sits on it until
    // others wait behind it; then it gives it back.
    async 'long-transaction'(load) {
      await asOwner(ownerUrl, async (snapshot) => {
        await snapshot.query('begin isolation level repeatable read');
        await snapshot.query('select count(*) from inquest.events');
        await load(
          asOwner(ownerUrl, async (holder) => {
            for (let round = 0; round < 3; round += 1) {
              await grown(50);
              await holder.query('begin');
              await holder.query(appendOne, [`held-${randomUUID()}`, randomUUID()]);
              await eventually(async () => (await countOf(ownerUrl, waitingForTheLog)) > 0);
              await holder.query('rollback');
            }
          }),
        );
        const { rows } = await snapshot.query<{ count: string }>('select count(*) from inquest.events');
        if (Number(rows[0]?.count) >= (await head())) throw new Error('the snapshot did not stay open');
        await snapshot.query('rollback');
      });
    },

    async 'killed-connections'(load) {
      const kill = async () => {
        for (let round = 0; round < 10; round += 1) {
          await grown(50);
          await eventually(async () => (await countOf(ownerUrl, killAppends)) > 0);
          await countOf(ownerUrl, killOthers);
        }
      };
      await load(kill());
    },

    async 'server-restart'(load) {
      const restart = async () => {
        for (let round = 0; round < 3; round += 1) {
          await grown(100);
          const before = await startedAt();
          await server.kill9();
          await server.restart();
          if ((await startedAt()) <= before) throw new Error('the server was not started again');
        }
      };
      await load(restart());
    },
  };
}

/** Connections that wait for hints from other processes. */
export function heldSubscriptions(ownerUrl: string): Promise<number> {
  return countOf(ownerUrl, listening);
}

const appendOne = `
  select inquest.events_append(clock_timestamp() + interval '5 s', array[1], array[$1], array[0], array[-1],
    array[$2::uuid], array['Held'], array[1], array['{}'::json], array['{}'::json])`;
const waitingForTheLog = "select count(*) from pg_locks where locktype = 'advisory' and not granted";
const ours =
  'select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database()';
const killAppends = `${ours} and application_name = 'inquest append' and state = 'active'`;
const killOthers = `${ours} and application_name like 'inquest %'`;
const listening = `
  select count(*) from pg_stat_activity where datname = current_database() and application_name = 'inquest listen'`;
