import { type Figure, timesBaseline } from './figure.js';
import { keepBusy } from './http/load.js';
import { type ServerProcess, startEmptyApp, startStandalone } from './http/servers.js';
import { interleaved } from './statistics.js';

const rounds = 5;
const seconds = 4;
const connections = 64;

/** Commands end to end: sign-in, policy, validation, decision, durable append; with the projections alongside. */
export const commands: Figure = {
  id: 'P3',
  title: `HTTP commands end to end, ${connections} connections, against an empty Nest and Fastify POST`,
  async measure(bench) {
    const empty = await startEmptyApp(bench);
    const inquest = await startStandalone(bench);
    const accepted = (server: ServerProcess) => async () =>
      (await keepBusy(server, { connections, seconds })).acceptedPerSecond;
    const name = 'empty Nest and Fastify POST with class-validator';
    const contenders = [
      { name, run: accepted(empty) },
      { name: 'Inquest', run: accepted(inquest) },
    ];
    const [baseline = 0, ours = 0] = await interleaved(contenders, rounds, bench.progress);
    await Promise.all([empty.stop(), inquest.stop()]);
    const line = { id: 'P3', name: `HTTP commands, ${connections} connections`, unit: 'commands/s' };
    return [timesBaseline(line, ours, { name, value: baseline }, 0.4)];
  },
};
