import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  atMost,
  type Bench,
  type Figure,
  type Measurement,
  notMeasured,
  timesBaseline,
  withoutTarget,
} from './figure.js';
import { ended, inChild } from './http/child.js';
import { residentWhile } from './http/resident-memory.js';
import { startOptions } from './http/servers.js';
import { onConnection } from './postgres-server.js';
import { finesOf, folderOfServer, loadHistory, noFines } from './rebuild/load-history.js';
import { type Contender, interleaved } from './statistics.js';

const rounds = 3;
const startMsMax = 60_000;
const perSecondMin = 20_000;
const views = ['case_board', 'case_timeline', 'statistics'];
const line = { id: 'P5', name: 'rebuild of case_board', unit: 'events/s' };

/** Rebuilds of whole views from half a million real events, against COPY of the same rows out of PostgreSQL and in. */
export const rebuilds: Figure = {
  id: 'P5',
  title: 'rebuild of read models from 561,470 real events, and the memory it takes (P12)',
  async measure(bench) {
    const fines = finesOf(bench);
    if (fines === undefined) return [notMeasured(line, '≥ 0.25 ×', noFines)];
    const server = await bench.postgres();
    const url = await server.installation('bench_p5');
    const ownerUrl = server.ownerUrl('bench_p5');
    const copies = await loaded(bench, ownerUrl, fines);
    const module = new URL('./rebuild/rebuild-child.js', import.meta.url);
    const execArgv = await startOptions(bench.root, 'inquest');
    const { child } = await inChild(module, { url, ownerUrl }, { timeoutMs: startMsMax, execArgv });
    bench.atEnd(() => ended(child));
    try {
      return await measured(bench, copies, new Rebuilder(child));
    } finally {
      await ended(child);
    }
  },
};

async function measured(bench: Bench, copies: Copies, rebuilder: Rebuilder): Promise<Measurement[]> {
  const rates = await interleaved(
    [copies, ...views.map((view): Contender => ({ name: view, run: () => rebuilder.run(view) }))],
    rounds,
    bench.progress,
  );
  const [copied = 0, ...rebuilt] = rates;
  const baseline = { name: 'COPY out and in', value: copied };
  const [caseBoard = 0] = rebuilt;
  const together = rebuilt.length / rebuilt.reduce((seconds, rate) => seconds + 1 / rate, 0);
  return [
    timesBaseline(line, caseBoard, baseline, 0.25),
    {
      ...withoutTarget(line, caseBoard, baseline),
      ...{
        baseline: null,
        ratio: null,
        target: `≥ ${perSecondMin} events/s`,
        met: caseBoard >= perSecondMin,
      },
    },
    ...views
      .slice(1)
      .map((view, index) =>
        withoutTarget({ ...line, name: `rebuild of ${view}` }, rebuilt[index + 1] ?? 0, baseline),
      ),
    withoutTarget({ ...line, name: 'the three of them, one after the other' }, together, baseline),
    ...rebuilder.memory(),
  ];
}

/** Rows of the log in a file that the server reads and writes; the fastest that PostgreSQL moves them. */
interface Copies extends Contender {
  readonly events: number;
}

/** Loads the history into the log, which is not measured. */
async function loaded(bench: Bench, ownerUrl: string, fines: string): Promise<Copies> {
  const events = await loadHistory(bench, ownerUrl, fines);
  await onConnection(ownerUrl, (client) => client.query('create table public.copied (like inquest.events)'));
  const copied = join(await folderOfServer(bench), 'copied');
  return {
    name: 'COPY out and in',
    events,
    run: () =>
      onConnection(ownerUrl, async (client) => {
        await client.query('truncate public.copied');
        const begun = performance.now();
        await client.query(`copy inquest.events to '${copied}'`);
        await client.query(`copy public.copied from '${copied}'`);
        return (events * 1000) / (performance.now() - begun);
      }),
  };
}

interface Rebuilt {
  readonly events: number;
  readonly parked: number;
  readonly durationMs: number;
}

/** The process that rebuilds, and what it took. */
class Rebuilder {
  readonly #peaks: number[] = [];

  constructor(private readonly child: ChildProcess) {}

  /** Events per second. Throws when it ends, or parks events. */
  async run(view: string): Promise<number> {
    const pid = this.child.pid ?? 0;
    const { result, peak } = await residentWhile(pid, async () => {
      const over = new AbortController();
      const { signal } = over;
      const answer: Promise<Rebuilt[]> = once(this.child, 'message', { signal });
      const ended = once(this.child, 'exit', { signal }).then(() => Promise.reject(new Error('it ended')));
      this.child.send(view);
      return (await Promise.race([answer, ended]).finally(() => over.abort()))[0];
    });
    this.#peaks.push(peak);
    if (!result || result.parked > 0) throw new Error(`${view} has parked ${result?.parked} events`);
    return (result.events * 1000) / result.durationMs;
  }

  memory(): Measurement[] {
    const memory = { id: 'P12', name: 'resident memory of the rebuilding process, highest', unit: 'MiB' };
    return [atMost(memory, Math.max(...this.#peaks), 300)];
  }
}
