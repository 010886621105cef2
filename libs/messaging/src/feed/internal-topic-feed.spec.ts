import { randomBytes } from 'node:crypto';
import { type PostgresEventStore, postgresEventStore } from '#event-store-postgres';
import { ProjectionRunner, retryParked, ViewPositions } from '#read-models';
import { describeWith } from '../../../../test/support/available.js';
import { aBroker } from '../../../../test/support/broker.js';
import { runSeed, seeded, shuffled } from '../../../../test/support/random.js';
import { add, openTally, type Tally, tallyDecoder, tallyStream } from '../../../../test/support/tally.js';
import { type SuiteTopics, suiteTopics } from '../../../../test/support/topics.js';
import { waitFor } from '../../../../test/support/wait-for.js';
import { sourceOf } from '../cloud-event.js';
import { internalRecord, sealOf } from '../internal-event.js';
import { kafkaBroker } from '../kafka/kafka-broker.js';
import { internalPublication } from '../relay/internal-publication.js';
import { migrateRelay } from '../relay/migrate-relay.js';
import { Relay } from '../relay/relay.js';
import { RelayState } from '../relay/relay-state.js';
import { applyTopics, internalTopic, topicsOf } from '../topics.js';
import { internalTopicFeed, type SetAside } from './internal-topic-feed.js';

const seal = sealOf(sourceOf('tests'), randomBytes(32));
const retryMs = { first: 5, max: 100 };

describeWith(await aBroker(), 'projections that Kafka feeds', () => {
  let tally: Tally;
  let store: PostgresEventStore;
  let state: RelayState;
  let topics: SuiteTopics;
  let setAside: SetAside[];
  let interrupted: Error[];
  let readsOfPages = 0;
  const running: { stop(): Promise<void> }[] = [];
  beforeEach(async () => {
    tally = await openTally();
    await migrateRelay(tally.ownerUrl, new URL(tally.appUrl).username);
    store = postgresEventStore({ url: tally.appUrl });
    state = new RelayState(tally.appUrl, { pollMs: 50 });
    topics = await suiteTopics();
    setAside = [];
    interrupted = [];
  });
  afterEach(async () => {
    for (const one of running.splice(0)) await one.stop();
    await state.close();
    await store.close();
    await tally.close();
  });

  function startRelay(): Relay {
    const publication = internalPublication(seal);
    const relay = new Relay({ store, broker: topics.broker, state, publication, holder: 'a test', retryMs });
    running.push(relay);
    relay.start();
    return relay;
  }

  function startProjector(): ProjectionRunner {
    const runner = new ProjectionRunner({
      pool: tally.pool,
      projections: [tally.projection],
      decoder: tallyDecoder('Added'),
      store,
      feed: internalTopicFeed({
        broker: kafkaBroker(topics.connection),
        store: {
          head: () => store.head(),
          readAll: (after, limit) => {
            readsOfPages += 1;
            return store.readAll(after, limit);
          },
        },
        seal,
        published: async () => (await state.published('internal')).position,
        setAside: (record) => setAside.push(record),
        idleMs: 1_000,
      }),
      positions: new ViewPositions(tally.pool),
      observe: { interrupted: ({ error }) => interrupted.push(error) },
      retryMs,
    });
    running.push(runner);
    runner.start();
    return runner;
  }

  const stop = async (one: { stop(): Promise<void> }) => {
    running.splice(running.indexOf(one), 1);
    await one.stop();
  };
  const relayed = () =>
    waitFor('the relay', async () => (await state.published('internal')).position === (await store.head()));
  const projected = () => waitFor('the view', async () => (await tally.position()) === (await store.head()));
  const place = async () => {
    const { rows } = await tally.pool.query<{ place: string | null }>(
      'SELECT place FROM projections.checkpoints',
    );
    return rows[0]?.place ?? null;
  };

  /** Of the streams with one number each, from 1 on: each stream's sum is its number. */
  let streams = 0;
  beforeEach(() => (streams = 0));
  async function addStreams(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      streams += 1;
      await add(store, tallyStream(streams), 0, [streams]);
    }
  }
  async function expectAll(): Promise<void> {
    await projected();
    const wanted = Array.from({ length: streams }, (_, n) => [
      tallyStream(n + 1),
      { sum: n + 1, revisions: [0] },
    ]);
    expect(await tally.sums()).toEqual(Object.fromEntries(wanted));
  }

  test('a new projection takes the history from the store, and what comes from the topic', async () => {
    startRelay();
    await addStreams(50);
    await relayed();
    startProjector();
    await projected();
    expect(await place()).toBe('50');
    await addStreams(20);
    await expectAll();
    expect(await place()).toBe('70');
  });

  test('one that was away goes on at its offset', async () => {
    startRelay();
    const projector = startProjector();
    await addStreams(10);
    await projected();
    await stop(projector);
    await addStreams(10);
    await relayed();
    readsOfPages = 0;
    startProjector();
    await expectAll();
    expect([await place(), readsOfPages]).toEqual(['20', 0]);
  });

  test('repeats on the topic change nothing', async () => {
    startProjector();
    const relay = startRelay();
    await addStreams(10);
    await relayed();
    await stop(relay);
    await tally.pool.query(`UPDATE relay.publications SET position = 0, event_id = NULL`);
    startRelay();
    await addStreams(1);
    await relayed();
    expect(await topics.read(internalTopic)).toHaveLength(21);
    await expectAll();
  });

  test('of two processes one stands by and takes over', async () => {
    startRelay();
    const [first, second] = [startProjector(), startProjector()];
    await addStreams(5);
    await projected();
    await stop(first);
    await addStreams(5);
    await projected();
    startProjector();
    await stop(second);
    await addStreams(5);
    await expectAll();
  });

  test('what retention has removed meanwhile comes from the store', async () => {
    const relay = startRelay();
    const projector = startProjector();
    await addStreams(5);
    await projected();
    await stop(projector);
    await addStreams(10);
    await relayed();
    await stop(relay);
    await topics.cut(internalTopic, 12n);
    startProjector();
    await expectAll();
    startRelay();
    await addStreams(1);
    await expectAll();
  });

  test('a topic that is deleted and made anew is gone on with, and nothing is missing', async () => {
    startRelay();
    startProjector();
    await addStreams(8);
    await projected();
    await topics.remove(internalTopic);
    await addStreams(4);
    await applyTopics(topics.broker, topicsOf(topics.settings));
    await addStreams(4);
    await expectAll();
    await relayed();
  });

  test('what somebody else writes on the topic is set aside, and stops nothing', async () => {
    startRelay();
    startProjector();
    await addStreams(2);
    await relayed();
    await projected();
    const [log] = await store.readAll(0n, 1);
    if (!log) throw new Error('the log is empty');
    const forged = sealOf(sourceOf('tests'), randomBytes(32));
    const { headers, value } = internalRecord({ ...log, position: 1_000_000n }, 999_999n, forged);
    await topics.write(
      internalTopic,
      { value: 'not JSON {' },
      { value: null },
      { headers: { ce_id: 'x', ce_type: 'Unknown' }, value: '{}' },
      { headers, value },
    );
    await addStreams(2);
    await expectAll();
    await waitFor('the records', () => setAside.reduce((sum, { records }) => sum + records, 0) === 4);
    expect(setAside[0]).toMatchObject({ offset: 2n, fault: expect.stringContaining('not written') });
    expect(await tally.parked()).toEqual([]);
  });

  test('a batch that somebody else writes is told of once', async () => {
    startRelay();
    const projector = startProjector();
    await addStreams(1);
    await relayed();
    await projected();
    await stop(projector);
    await topics.write(internalTopic, ...Array.from({ length: 500 }, () => ({ value: 'not ours' })));
    await addStreams(1);
    startProjector();
    await expectAll();
    expect(setAside).toMatchObject([{ offset: 1n, records: 500 }]);
  });

  test('what somebody else goes on writing hides from nobody that a record is missing', async () => {
    const relay = startRelay();
    startProjector();
    await addStreams(1);
    await projected();
    await relayed();
    await stop(relay);
    await addStreams(3);
    // As after a broker that lost what it had acknowledged.
    await tally.pool.query('UPDATE relay.publications SET position = 4');
    const enough = new AbortController();
    const writing = (async () => {
      while (!enough.signal.aborted) await topics.write(internalTopic, { value: 'not ours' });
    })();
    await expectAll().finally(() => enough.abort());
    await writing;
  });

  test('records that come doubled, late and in no order change nothing', async () => {
    const seed = runSeed();
    const random = seeded(seed);
    await addStreams(60);
    const log = await store.readAll(0n, 100);
    const records = log.map((event, at) => internalRecord(event, log[at - 1]?.position ?? 0n, seal));
    const repeated = records.filter(() => random() < 0.3);
    const first = records.slice(0, 5);
    await topics.write(internalTopic, ...first);
    // Of a view that has begun, so that all of it has to come from the topic or be found missing there.
    startProjector();
    await waitFor('the view', async () => (await tally.position()) >= 5n);
    for (const record of shuffled([...records, ...repeated], random))
      await topics.write(internalTopic, record);
    await expectAll();
    expect(await tally.parked()).toEqual([]);
  });

  test('a poison parks its stream, the others flow, and a retry takes it up', async () => {
    let isBroken = true;
    tally.disturb = (events) => {
      if (isBroken && events.some(({ stream }) => stream === tallyStream(3)))
        throw new TypeError('a mistake of ours');
    };
    startRelay();
    startProjector();
    await addStreams(6);
    await add(store, tallyStream(3), 1, [0]);
    await projected();
    expect((await tally.parked()).map(({ stream, revision }) => [stream, revision])).toEqual([
      [tallyStream(3), 0],
      [tallyStream(3), 1],
    ]);
    expect(Object.keys(await tally.sums())).toHaveLength(5);
    isBroken = false;
    const target = { projection: tally.projection, name: 'tally', pool: tally.pool };
    await retryParked({ ...target, decoder: tallyDecoder('Added') }, store);
    expect((await tally.sums())[tallyStream(3)]).toEqual({ sum: 3, revisions: [0, 1] });
  });

  test('a topic of a log that the store no longer holds stops the projection, which says so', async () => {
    startProjector();
    startRelay();
    await addStreams(3);
    await projected();
    const [log] = await store.readAll(2n, 1);
    if (!log) throw new Error('the log is empty');
    const { headers, value } = internalRecord({ ...log, position: 9n }, 8n, seal);
    await topics.write(internalTopic, { headers, value });
    // Coming back, it may find its group busy with its leaving.
    const stops = () => interrupted.filter(({ name }) => name !== 'BrokerUnavailable');
    await waitFor('the projection to stop, and to stop again', () => stops().length > 1);
    expect(new Set(stops().map(({ name }) => name))).toEqual(new Set(['TopicAhead']));
    expect(await tally.position()).toBe(3n);
  });
});
