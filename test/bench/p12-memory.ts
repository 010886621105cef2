import { setTimeout as delay } from 'node:timers/promises';
import { atMost, type Figure, notMeasured } from './figure.js';
import { keepBusy } from './http/load.js';
import { residentMiB } from './http/resident-memory.js';
import { startApi } from './http/servers.js';
import { median, percentile, rounded } from './statistics.js';

const connections = 64;
const warmUpSeconds = 10;
const seconds = 30;
const sampleMs = 500;

/**
 * Resident memory of the process under the load of P3: at its highest, and in the last third of the run against the
 * first, after the caches have filled; what grew with the events would show there.
 */
export const memory: Figure = {
  id: 'P12',
  title: 'resident memory of the api under P3',
  async measure(bench) {
    const line = { id: 'P12', name: 'resident memory of the api under P3, highest', unit: 'MiB' };
    if (process.platform !== 'linux') return [notMeasured(line, '≤ 300 MiB', 'needs /proc')];
    const inquest = await startApi(bench);
    await keepBusy(inquest, { connections, seconds: warmUpSeconds });
    const samples: number[] = [];
    const over = new AbortController();
    const load = keepBusy(inquest, { connections, seconds }).finally(() => over.abort());
    while (!over.signal.aborted) {
      samples.push(await residentMiB(inquest.child.pid ?? 0));
      await delay(sampleMs);
    }
    const { accepted } = await load;
    await inquest.stop();
    const third = Math.floor(samples.length / 3);
    const [early, late] = [median(samples.slice(0, third)), median(samples.slice(-third))];
    bench.progress(`${rounded(early)} MiB, then ${rounded(late)} MiB after ${accepted} commands`);
    const growth = late / early;
    return [
      atMost(line, percentile(samples, 1), 300),
      {
        ...line,
        name: 'the same, last third of the run against the first',
        value: late,
        baseline: { name: 'first third', value: early },
        ratio: growth,
        target: '≤ 1.1 ×',
        met: growth <= 1.1,
      },
    ];
  },
};
