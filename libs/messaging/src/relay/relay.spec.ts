import { randomBytes } from 'node:crypto';
import { type EventStore, UndecodableEvent } from '#event-sourcing';
import { type PostgresEventStore, postgresEventStore } from '#event-store-postgres';
import { describeWith } from '../../../../test/support/available.js';
import {
  asOwner,
  type EventStoreDatabase,
  eventStoreDatabase,
} from '../../../../test/support/event-store-database.js';
import { aBroker } from '../../../../test/support/broker.js';
import { add, tallyStream } from '../../../../test/support/tally.js';
import { type SuiteTopics, suiteTopics } from '../../../../test/support/topics.js';
import { waitFor } from '../../../../test/support/wait-for.js';
import { sourceOf } from '../cloud-event.js';
import { readInternalRecord, sealOf } from '../internal-event.js';
import { BrokerUnavailable, type MessageBroker } from '../message-broker.js';
import { internalTopic } from '../topics.js';
import { internalPublication } from './internal-publication.js';
import { migrateRelay } from './migrate-relay.js';
import { newestPublished } from './newest-published.js';
import type { Publication } from './publication.js';
import { PublishedLost, Relay } from './relay.js';
import { RelayState } from './relay-state.js';

const seal = sealOf(sourceOf('tests'), randomBytes(32));
const retryMs = { first: 5, max: 50 };

describeWith(await aBroker(), 'the relay', () => {
  let database: EventStoreDatabase;
  let store: PostgresEventStore;
  let topics: SuiteTopics;
  const running: { stop(): Promise<void> }[] = [];
  const states: RelayState[] = [];
  beforeEach(async () => {
    database = await eventStoreDatabase();
    await migrateRelay(database.ownerUrl, new URL(database.appUrl).username);
    store = postgresEventStore({ url: database.appUrl });
    topics = await suiteTopics();
  });
  afterEach(async () => {
    for (const relay of running.splice(0)) await relay.stop();
    for (const state of states.splice(0)) await state.close();
    await store.close();
    await database.drop();
  });

  interface Started {
    readonly broker?: Pick<MessageBroker, 'producer'>;
    readonly store?: EventStore;
    readonly publication?: Publication;
    readonly leaseMs?: number;
    readonly interrupted?: (error: Error) => void;
  }

  function start(of: Started = {}): Relay {
    const state = new RelayState(database.appUrl, { leaseMs: of.leaseMs ?? 5_000, pollMs: 20 });
    states.push(state);
    const relay = new Relay({
      store: of.store ?? store,
      broker: of.broker ?? topics.broker,
      state,
      publication: of.publication ?? internalPublication(seal),
      holder: 'a test',
      newest: () => newestPublished(topics.broker, seal),
      observe: { interrupted: ({ error }) => of.interrupted?.(error) },
      retryMs,
    });
    running.push(relay);
    relay.start();
    return relay;
  }

  const saved = async () => {
    const state = new RelayState(database.appUrl);
    try {
      return (await state.published('internal')).position;
    } finally {
      await state.close();
    }
  };
  const caughtUp = () => waitFor('the relay', async () => (await saved()) === (await store.head()));

  async function published() {
    return (await topics.read(internalTopic)).map((record) => {
      const read = readInternalRecord(record, seal);
      if ('fault' in read) throw new Error(read.fault);
      return read;
    });
  }

  test('publishes every event, whole and in the order of the log, each with the position before it', async () => {
    for (let n = 0; n < 30; n += 1) await add(store, tallyStream(n % 3), Math.floor(n / 3), [n]);
    start();
    await add(store, tallyStream(9), 0, ['ü ☂ \u0001 "', 2]);
    await caughtUp();
    const log = await store.readAll(0n, 100);
    expect(await published()).toEqual(
      log.map((event, at) => ({ event, previous: log[at - 1]?.position ?? 0n })),
    );
  });

  test('one publishes at a time, and the next goes on after the saved position', async () => {
    const [first, second] = [start(), start()];
    await add(store, tallyStream(0), 0, [1, 2]);
    await caughtUp();
    expect([first.isPublishing, second.isPublishing].filter(Boolean)).toHaveLength(1);
    await (first.isPublishing ? first : second).stop();
    await add(store, tallyStream(0), 2, [3]);
    await caughtUp();
    expect((await published()).map(({ event }) => event.position)).toEqual([1n, 2n, 3n]);
  });

  test('one that could not publish, and stands by while another does, is well again', async () => {
    const broken = { producer: () => Promise.reject(new BrokerUnavailable('nobody is there')) };
    const first = start({ broker: broken, leaseMs: 400 });
    await waitFor('it to fail', () => first.problem !== undefined);
    await add(store, tallyStream(0), 0, [1]);
    start({ leaseMs: 400 });
    await caughtUp();
    await waitFor('it to be well', () => first.problem === undefined);
  });

  test('one whose every send is refused does not take itself for well between two of them', async () => {
    await add(store, tallyStream(0), 0, [1]);
    const wasWell: boolean[] = [];
    const send = async () => {
      wasWell.push(relay.problem === undefined);
      throw new BrokerUnavailable('not this one');
    };
    const relay = start({ broker: { producer: async () => ({ send, close: async () => undefined }) } });
    await waitFor('it to be refused some times', () => wasWell.length >= 5);
    expect(wasWell.slice(1)).not.toContain(true);
  });

  test('what comes before an event that cannot be read is published', async () => {
    await add(store, tallyStream(0), 0, [1, 2, 3]);
    const internal = internalPublication(seal);
    const begin: Publication['begin'] = (memory) => {
      const publishing = internal.begin(memory);
      const recordOf: typeof publishing.recordOf = (event, previous) => {
        if (event.position === 3n) throw new UndecodableEvent('only a newer version can read it');
        return publishing.recordOf(event, previous);
      };
      return { ...publishing, recordOf };
    };
    const relay = start({ publication: { ...internal, begin } });
    await waitFor('the events before it', async () => (await saved()) === 2n);
    await waitFor('it to stop there', () => relay.problem instanceof UndecodableEvent);
    expect((await published()).map(({ event }) => event.position)).toEqual([1n, 2n]);
  });

  /** Publishes as many events and restores the log to before the last of them; the saved position as well, where asked. */
  async function restoredAfter(events: number, withSaved: boolean): Promise<PostgresEventStore> {
    const first = start();
    for (let n = 0; n < events; n += 1) await add(store, tallyStream(n), 0, [n]);
    await caughtUp();
    await first.stop();
    const head = String(events - 1);
    await asOwner(database.ownerUrl, async (owner) => {
      await owner.query('ALTER TABLE inquest.events DISABLE TRIGGER ALL');
      await owner.query('DELETE FROM inquest.events WHERE position > $1', [head]);
      await owner.query('ALTER TABLE inquest.events ENABLE TRIGGER ALL');
      if (withSaved)
        await owner.query(
          `UPDATE relay.publications SET position = $1,
             event_id = (SELECT event_id FROM inquest.events WHERE position = $1)`,
          [head],
        );
    });
    const restored = postgresEventStore({ url: database.appUrl });
    running.push({ stop: () => restored.close() });
    return restored;
  }
  const noticed = async (restored: EventStore): Promise<Error> => {
    const relay = start({ store: restored });
    return waitFor('the relay to notice', () => relay.problem);
  };

  test('a log that was restored to an older state is noticed and not published', async () => {
    const restored = await restoredAfter(2, false);
    expect(await noticed(restored)).toBeInstanceOf(PublishedLost);
    expect(await published()).toHaveLength(2);
  });

  test('so is one with which all else in the database was restored, and that has gone another way', async () => {
    const restored = await restoredAfter(3, true);
    const lost = await noticed(restored);
    expect(lost).toBeInstanceOf(PublishedLost);
    expect(lost.message).toContain('at position 3 was published, and the log holds nothing there');
    await topics.write(internalTopic, { value: 'of somebody else' }, { value: null });
    await add(restored, tallyStream(7), 0, [7]);
    const [other] = await restored.readAll(2n, 1);
    expect((await noticed(restored)).message).toContain(`holds ${other?.id} there`);
    expect(await topics.read(internalTopic)).toHaveLength(5);
  });

  test('what was sent and not saved is sent again, also behind what others wrote on the topic', async () => {
    const first = start();
    await add(store, tallyStream(0), 0, [1, 2]);
    await caughtUp();
    await first.stop();
    await asOwner(database.ownerUrl, (owner) =>
      owner.query('UPDATE relay.publications SET position = 0, event_id = NULL'),
    );
    await topics.write(internalTopic, ...Array.from({ length: 120 }, () => ({ value: 'of somebody else' })));
    start();
    await caughtUp();
    expect(await topics.read(internalTopic)).toHaveLength(124);
  });
});
