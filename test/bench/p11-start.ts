import { atMost, type Figure } from './figure.js';
import { startStandalone } from './http/servers.js';
import { median, rounded } from './statistics.js';

const runs = 3;

/** From the start of the process to the line that says it is ready, without the demonstration case. */
export const start: Figure = {
  id: 'P11',
  title: 'npm start, installed, until ready',
  async measure(bench) {
    const first: number[] = [];
    const again: number[] = [];
    for (let run = 1; run <= runs; run += 1) {
      const fresh = await startStandalone(bench);
      await fresh.stop();
      const restarted = await startStandalone(bench, fresh.data);
      await restarted.stop();
      bench.progress(
        `run ${run} of ${runs}: first ${rounded(fresh.readyMs / 1000)} s, again ${rounded(restarted.readyMs / 1000)} s`,
      );
      first.push(fresh.readyMs / 1000);
      again.push(restarted.readyMs / 1000);
    }
    const line = (name: string) => ({ id: 'P11', name: `npm start until ready, ${name}`, unit: 's' });
    return [
      atMost(line('on an empty folder'), median(first), 5),
      atMost(line('again on the same'), median(again), 5),
    ];
  },
};
