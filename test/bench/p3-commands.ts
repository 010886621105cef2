import { type Figure, timesBaseline, withoutTarget } from './figure.js';
import { keepBusy } from './http/load.js';
import { type ServerProcess, startApi, startEmptyApp, startStandalone } from './http/servers.js';
import { interleaved } from './statistics.js';

const rounds = 5;
const seconds = 4;
const connections = 64;

/**
 * Commands end to end: sign-in, policy, validation, decision, durable append. The api is a process of its own, as the
 * empty app is; the second line is the standalone, whose process and database also keep six read models up to date.
 */
export const commands: Figure = {
  id: 'P3',
  title: `HTTP commands end to end, ${connections} connections, against an empty Nest and Fastify POST`,
  async measure(bench) {
    const empty = await startEmptyApp(bench);
    const api = await startApi(bench);
    const standalone = await startStandalone(bench);
    const accepted = (server: ServerProcess) => async () =>
      (await keepBusy(server, { connections, seconds })).acceptedPerSecond;
    const name = 'empty Nest and Fastify POST with class-validator';
    const contenders = [
      { name, run: accepted(empty) },
      { name: 'api', run: accepted(api) },
      { name: 'standalone', run: accepted(standalone) },
    ];
    const [baseline = 0, ofApi = 0, ofStandalone = 0] = await interleaved(contenders, rounds, bench.progress);
    await Promise.all([empty.stop(), api.stop(), standalone.stop()]);
    const line = { id: 'P3', name: `HTTP commands, ${connections} connections`, unit: 'commands/s' };
    const beside = { ...line, name: 'the same in standalone, with all projections' };
    const against = { name, value: baseline };
    return [timesBaseline(line, ofApi, against, 0.4), withoutTarget(beside, ofStandalone, against)];
  },
};
