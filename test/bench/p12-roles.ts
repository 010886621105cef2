import { setTimeout as delay } from 'node:timers/promises';
import { projections } from '#read-models';
import { atMost, type Bench, type Figure, type Measurement, notMeasured } from './figure.js';
import { residentWhile } from './http/resident-memory.js';
import { startApi, startRole } from './http/servers.js';
import { kafkaServer } from './kafka-server.js';
import { onConnection } from './postgres-server.js';
import { finesOf, loadHistory, noFines } from './rebuild/load-history.js';
import { rounded } from './statistics.js';

const mibMax = 300;
const lookMs = 500;
const takenInMsMax = 900_000;
/** A quarter of the events and four times as many: flat is what does not grow with them. */
const firstShare = 0.25;
const flatMax = 1.2;

/** A relay, then a projector, that find half a million events and have published or projected none of them. */
export const rolesMemory: Figure = {
  id: 'P12',
  title: 'resident memory of a relay and of a projector that take in 561,470 real events through Kafka',
  async measure(bench) {
    const line = { id: 'P12', name: 'resident memory of a relay and of a projector', unit: 'MiB' };
    const fines = finesOf(bench);
    if (fines === undefined) return [notMeasured(line, `≤ ${mibMax} MiB`, noFines)];
    let topics;
    try {
      topics = await (await kafkaServer(bench)).topics('p12.');
    } catch (error) {
      return [notMeasured(line, `≤ ${mibMax} MiB`, String(error))];
    }
    const api = await startApi(bench);
    await api.stop();
    const { environment } = api;
    const url = environment.INQUEST_POSTGRES_URL;
    const server = await bench.postgres();
    const events = await loadHistory(bench, server.ownerUrl(new URL(url).pathname.slice(1)), fines);
    const settings = {
      ...environment,
      INQUEST_KAFKA_BROKERS: topics.brokers.join(','),
      INQUEST_KAFKA_PREFIX: topics.prefix,
    };
    const of = { url, settings, events };
    return [
      ...(await takingIn(bench, { ...of, role: 'relay', position: published })),
      ...(await takingIn(bench, { ...of, role: 'projector', position: projected })),
    ];
  },
};

/** How far all of them are, once there are so many. */
const least = (table: string, count: number) =>
  `SELECT CASE WHEN count(*) < ${count} THEN 0 ELSE min(position) END AS position FROM ${table}`;
const published = least('relay.publications', 2);
const projected = least('projections.checkpoints', projections.length);

interface Taking {
  readonly role: string;
  readonly url: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly events: number;
  /** How far it is. */
  readonly position: string;
}

async function takingIn(bench: Bench, of: Taking): Promise<Measurement[]> {
  const { role, events } = of;
  const begun = performance.now();
  const running = await startRole(bench, role, of.settings);
  const pid = running.child.pid ?? 0;
  const first = await residentWhile(pid, () => until(of, Math.ceil(events * firstShare)));
  const rest = await residentWhile(pid, () => until(of, events));
  const seconds = (performance.now() - begun) / 1_000;
  await running.stop();
  bench.progress(`${role}: ${events} events in ${rounded(seconds)} s`);
  const line = { id: 'P12', name: `resident memory of a ${role}, highest`, unit: 'MiB' };
  const flat = { id: 'P12', name: `${role}: all events against the first quarter`, unit: '×' };
  return [
    atMost(line, Math.max(first.peak, rest.peak), mibMax),
    atMost(flat, rest.peak / first.peak, flatMax),
  ];
}

async function until({ role, url, position }: Taking, event: number): Promise<void> {
  const deadline = Date.now() + takenInMsMax;
  await onConnection(url, async (client) => {
    for (;;) {
      const { rows } = await client.query<{ position: string }>(position);
      if (Number(rows[0]?.position) >= event) return;
      if (Date.now() > deadline) throw new Error(`the ${role} did not come to event ${event}`);
      await delay(lookMs);
    }
  });
}
