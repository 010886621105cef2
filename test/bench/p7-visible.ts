import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { atMost, type Bench, type Figure, type Measurement, notMeasured } from './figure.js';
import { askSteadily, keepBusy } from './http/load.js';
import { type ServerProcess, startApi, startRole, startStandalone } from './http/servers.js';
import { nowMs, type Seen, visibleAfterMs, whileWatching } from './http/visible.js';
import { kafkaServer } from './kafka-server.js';
import { median, percentile, rounded } from './statistics.js';

const runs = 3;
/** Until the broker's Java and our JavaScript are compiled; before, each run is faster than the one before it. */
const warmUpSeconds = 20;
const seconds = 12;
const perSecond = 200;
const busyConnections = 64;
const busySeconds = 15;
const settledMsMax = 120_000;

interface Watched {
  readonly server: ServerProcess;
  /** Of the database that has the views. */
  readonly url: string;
}

/** From the acknowledgement of a command until every view has it, at a steady rate. */
export const visible: Figure = {
  id: 'P7',
  title: `acknowledged to visible in every view, p99 at ${perSecond}/s`,
  async measure(bench) {
    return [...(await standalone(bench)), ...(await throughKafka(bench))];
  },
};

async function standalone(bench: Bench): Promise<Measurement[]> {
  const server = await startStandalone(bench);
  const connection: { postgresUrl: string } = JSON.parse(
    await readFile(join(server.data, 'connection.json'), 'utf8'),
  );
  const p99 = await measured(bench, { server, url: connection.postgresUrl });
  await server.stop();
  return [atMost({ id: 'P7', name: 'standalone, p99', unit: 'ms' }, p99, 100)];
}

async function throughKafka(bench: Bench): Promise<Measurement[]> {
  const line = { id: 'P7', name: 'through Kafka, two projectors, p99', unit: 'ms' };
  let topics;
  try {
    topics = await (await kafkaServer(bench)).topics('p7.');
  } catch (error) {
    return [notMeasured(line, '≤ 250 ms', String(error))];
  }
  const server = await startApi(bench);
  const environment = {
    ...server.environment,
    INQUEST_KAFKA_BROKERS: topics.brokers.join(','),
    INQUEST_KAFKA_PREFIX: topics.prefix,
  };
  const roles = [];
  for (const role of ['relay', 'projector', 'projector'])
    roles.push(await startRole(bench, role, environment));
  const watched = { server, url: server.environment.INQUEST_POSTGRES_URL };
  const p99 = await measured(bench, watched);
  const rate = await endToEnd(bench, watched);
  for (const role of roles) await role.stop();
  await server.stop();
  return [atMost(line, p99, 250), rate];
}

async function measured(bench: Bench, { server, url }: Watched): Promise<number> {
  await askSteadily(server, { perSecond, seconds: warmUpSeconds });
  const results: number[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const times = await whileWatching(url, async (seen) => {
      const { acknowledged } = await askSteadily(server, { perSecond, seconds });
      await settled(seen, acknowledged);
      return visibleAfterMs(acknowledged, seen);
    });
    const at = (share: number) => rounded(percentile(times, share));
    bench.progress(`run ${run} of ${runs}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, slowest ${at(1)} ms`);
    results.push(percentile(times, 0.99));
  }
  return median(results);
}

/** Commands as fast as they are taken, until all of them are in every view. */
async function endToEnd(bench: Bench, { server, url }: Watched): Promise<Measurement> {
  const begun = nowMs();
  const { accepted, acceptedPerSecond, last } = await whileWatching(url, async (seen) => {
    const kept = await keepBusy(server, { connections: busyConnections, seconds: busySeconds });
    const before = seen.at(0)?.position ?? 0n;
    await waitUntil(() => (seen.at(-1)?.position ?? 0n) - before >= BigInt(kept.accepted) - 1n);
    return { ...kept, last: seen.at(-1)?.at ?? nowMs() };
  });
  const rate = accepted / ((last - begun) / 1_000);
  bench.progress(
    `${accepted} commands at ${rounded(acceptedPerSecond)}/s, all in every view after ${rounded((last - begun) / 1_000)} s`,
  );
  const baseline = { name: 'commands accepted meanwhile', value: acceptedPerSecond };
  return {
    id: 'P7',
    name: `HTTP command to row, ${busyConnections} connections, two projectors`,
    unit: 'events/s',
    value: rate,
    baseline,
    ratio: rate / acceptedPerSecond,
    target: '–',
    met: null,
  };
}

const settled = (
  seen: readonly Seen[],
  acknowledged: readonly { readonly position: string }[],
): Promise<void> => {
  const last = acknowledged.reduce(
    (most, { position }) => (BigInt(position) > most ? BigInt(position) : most),
    0n,
  );
  return waitUntil(() => (seen.at(-1)?.position ?? 0n) >= last);
};

async function waitUntil(holds: () => boolean): Promise<void> {
  for (const until = Date.now() + settledMsMax; !holds(); await delay(20))
    if (Date.now() > until) throw new Error('the views did not come so far');
}
