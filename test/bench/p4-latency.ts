import { atMost, type Figure } from './figure.js';
import { askSteadily } from './http/load.js';
import { startStandalone } from './http/servers.js';
import { median, percentile, rounded } from './statistics.js';

const runs = 3;
const warmUpSeconds = 5;
const seconds = 12;
const perSecond = 500;

/** How long a command takes when they come at a steady rate, counted from the time each was due. */
export const latency: Figure = {
  id: 'P4',
  title: `p99 of a command at a steady ${perSecond}/s`,
  async measure(bench) {
    const inquest = await startStandalone(bench);
    await askSteadily(inquest, { perSecond, seconds: warmUpSeconds });
    const results: number[] = [];
    for (let run = 1; run <= runs; run += 1) {
      const { latenciesMs } = await askSteadily(inquest, { perSecond, seconds });
      const at = (share: number) => rounded(percentile(latenciesMs, share));
      bench.progress(`run ${run} of ${runs}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, slowest ${at(1)} ms`);
      results.push(percentile(latenciesMs, 0.99));
    }
    await inquest.stop();
    return [
      atMost({ id: 'P4', name: `p99 of a command at ${perSecond}/s`, unit: 'ms' }, median(results), 50),
    ];
  },
};
