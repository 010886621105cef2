import { setTimeout as delay } from 'node:timers/promises';
import { describeWith } from '../support/available.js';
import { DistributedSuite } from '../support/distributed-suite.js';
import { asOwner, countOf } from '../support/event-store-database.js';
import { javaAndMaven } from '../support/kafka.js';
import type { Load } from '../support/load.js';
import { nextVersion } from '../support/next-version.js';
import { runSeed, seeded, shuffled } from '../support/random.js';
import { testScale } from '../support/test-scale.js';
import { type IncomingRecord, internalTopic } from '#messaging';
import { waitFor } from '../support/wait-for.js';

// Two of each role, a broker of their own, and commands all the while. After each fault everything recovers by itself, and
// what holds of all that was acknowledged is looked at in the end, when it has been through all of them.

const random = seeded(runSeed());
const startMsMax = 180_000;
const faultMsMax = 120_000 + 120_000 * (testScale - 1);
const names = ['api-1', 'api-2', 'relay-1', 'relay-2', 'projector-1', 'projector-2'];

describeWith(javaAndMaven(), 'a distributed installation', () => {
  let inquest: DistributedSuite;
  let load: Load;
  beforeAll(async () => {
    inquest = await DistributedSuite.start();
    await inquest.runAll(...names);
  }, startMsMax);
  afterAll(() => inquest?.end(), startMsMax);

  const newestPosition = async () => {
    const [newest] = await inquest.topics.broker.newest(internalTopic, 1);
    return newest ? positionOf(newest) : 0n;
  };

  beforeEach(async () => {
    load = inquest.load();
    await load.acknowledges(5);
  });
  afterEach(() => inquest.recovered(), faultMsMax);

  test(
    'processes of every role are killed again and again',
    async () => {
      const kills = 10 * testScale;
      const rounds = Math.ceil(kills / names.length);
      const victims = Array.from({ length: rounds }, () => shuffled(names, random)).flat();
      // Two at a time: the next one is killed while the last one is still on its way back.
      let returning: Promise<void> = Promise.resolve();
      for (const [at, name] of victims.entries()) {
        const before = returning;
        if (name === victims[at - 1]) await before;
        await delay(100 + random() * 300);
        returning = inquest.kill(name);
        await before;
      }
      await returning;
      // A kill may meet no request in flight: it goes on until one does.
      while (load.unanswered.every(({ isRefused }) => isRefused)) await inquest.kill('api-1');
      await load.acknowledges(5);
    },
    faultMsMax,
  );

  test(
    'a relay is killed when the broker has acknowledged, and before it has saved that',
    async () => {
      let saved = 0n;
      await asOwner(inquest.suite.ownerUrl, async (owner) => {
        await owner.query('BEGIN');
        const { rows } = await owner.query<{ position: string }>(
          `SELECT position FROM relay.publications WHERE name = 'internal' FOR UPDATE`,
        );
        saved = BigInt(rows[0]?.position ?? 0);
        await waitFor('a record that cannot be saved', async () => (await newestPosition()) > saved);
        for (const name of ['relay-1', 'relay-2']) await inquest.process(name).kill9();
        // PostgreSQL does not notice that they are gone, and would save for them when the row is free.
        await countOf(inquest.suite.url, endingSessionsOf('inquest relay'));
        await owner.query('ROLLBACK');
      });
      await inquest.runAll('relay-1', 'relay-2');
      await inquest.recovered();
      const sent = (await inquest.topics.read(internalTopic)).map(positionOf);
      const sentUnsaved = sent.filter((position) => position > saved);
      expect(sentUnsaved.length).toBeGreaterThan(new Set(sentUnsaved).size);
    },
    faultMsMax,
  );

  test(
    'a projector is killed in the middle of a batch',
    async () => {
      await asOwner(inquest.suite.ownerUrl, async (owner) => {
        await owner.query('BEGIN');
        await owner.query('LOCK TABLE allegation_inbox.allegations IN EXCLUSIVE MODE');
        await waitFor(
          'a projector that waits',
          async () => (await countOf(inquest.suite.ownerUrl, waitsFor('inquest projector'))) > 0,
        );
        for (const name of ['projector-1', 'projector-2']) await inquest.process(name).kill9();
        await owner.query('ROLLBACK');
      });
      await inquest.runAll('projector-1', 'projector-2');
    },
    faultMsMax,
  );

  test(
    'a long transaction holds the end of the log',
    async () => {
      const { ownerUrl } = inquest.suite;
      for (let round = 0; round < 2; round += 1)
        await asOwner(ownerUrl, async (holder) => {
          await holder.query('BEGIN');
          await holder.query(`SELECT pg_advisory_xact_lock(hashtextextended('inquest.events', 0))`);
          await waitFor('others to wait', async () => (await countOf(ownerUrl, waitingForTheLog)) > 0);
          await delay(500);
          await holder.query('ROLLBACK');
        });
    },
    faultMsMax,
  );

  test(
    'Kafka is down: commands go on',
    async () => {
      await inquest.broker.end('SIGKILL');
      const before = load.receipts.size;
      await delay(5_000 * testScale);
      await load.acknowledges(20);
      expect(load.receipts.size).toBeGreaterThan(before + 20);
      inquest.broker.start();
    },
    faultMsMax,
  );

  test(
    'Kafka is restarted again and again',
    async () => {
      for (let round = 0; round < 2 * testScale; round += 1) {
        await inquest.broker.end(random() < 0.5 ? 'SIGTERM' : 'SIGKILL');
        inquest.broker.start();
        await delay(1_000 + random() * 3_000);
      }
    },
    faultMsMax,
  );

  test(
    'the network to Kafka slices, falls silent and breaks',
    async () => {
      for (const wires of ['sliced', 'silent', 'reset'] as const) {
        inquest.wires.become(wires);
        await delay(2_000 * testScale);
        expect([wires, inquest.wires.hit > 0]).toEqual([wires, true]);
        inquest.wires.become('passes');
        await load.acknowledges(5);
      }
    },
    faultMsMax,
  );

  test(
    'projectors join and leave',
    async () => {
      for (let round = 0; round < 2 * testScale; round += 1) {
        await inquest.run('projector-3').url;
        await delay(500 + random() * 500);
        expect(await inquest.stop('projector-3')).toBe(0);
      }
    },
    faultMsMax,
  );

  test(
    'processes are told to stop under load, and no request in flight fails',
    async () => {
      const url = await inquest.process('api-1').url;
      const earlier = load.unanswered.length;
      for (const name of ['api-1', 'relay-1', 'projector-1']) expect(await inquest.stop(name)).toBe(0);
      const failed = load.unanswered.slice(earlier).filter(({ at, isRefused }) => at === url && !isRefused);
      expect(failed).toEqual([]);
      await inquest.runAll('api-1', 'relay-1', 'projector-1');
    },
    faultMsMax,
  );

  test(
    'after all of it every acknowledged command is there once, in order, in log, topics and views',
    async () => {
      await inquest.recovered();
      expect(await inquest.holds()).toBeGreaterThan(500);
    },
    faultMsMax,
  );

  test(
    'a newer version takes over one process at a time, and what the older one could not read it takes up',
    async () => {
      const folder = nextVersion();
      const parked = new Set<string>();
      const earlier = load.unanswered.length;
      // Projectors too late: the older ones meet what a newer API has written.
      for (const name of ['relay-1', 'relay-2', 'api-1', 'projector-1', 'projector-2', 'api-2']) {
        expect([name, await inquest.stop(name)]).toEqual([name, 0]);
        await inquest.run(name, folder).url;
        await load.acknowledges(10);
        for (const view of await inquest.parked()) parked.add(view);
      }
      expect([...parked]).toContain('allegation_inbox');
      expect(load.unanswered.slice(earlier).filter(({ isRefused }) => !isRefused)).toEqual([]);
      await inquest.recovered();
      await waitFor('what was parked to be taken up', async () => (await inquest.parked()).length === 0);
      await inquest.holds({ builtAnew: false });
    },
    faultMsMax,
  );
});

const positionOf = ({ headers }: IncomingRecord) => BigInt(headers['ce_position'] ?? 0);
const waitsFor = (application: string) =>
  `SELECT count(*) FROM pg_stat_activity
   WHERE datname = current_database() AND application_name = '${application}' AND wait_event_type = 'Lock'`;
const endingSessionsOf = (application: string) =>
  `SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
   WHERE datname = current_database() AND application_name = '${application}'`;
const waitingForTheLog = `SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
   WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()`;
