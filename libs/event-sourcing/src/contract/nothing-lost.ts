import { type Disruption, logOf, type StoreHarness } from './harness.js';
import { loadWithOracle } from './oracle.js';

const disruptions: Readonly<Record<Disruption, string>> = {
  'long-transaction': 'while a transaction stays open that began before them',
  'killed-connections': 'while connections are killed',
  'server-restart': 'while the server is killed and started again',
};

/** Writers that know what was acknowledged, readers that tail the log, and a server that has a bad day. */
export function nothingLost(harness: StoreHarness): void {
  const { scale = 1 } = harness;
  const load = { writers: 32, appendsEach: 400 * scale };
  const log = logOf(harness);

  test('32 writers on many streams', () => loadWithOracle(log(), load), 60_000 * scale);

  for (const disruption of ['long-transaction', 'killed-connections', 'server-restart'] as const) {
    const title = `32 writers on many streams ${disruptions[disruption]}`;
    const capability = harness.capabilities[disruption];
    if (capability !== 'offered') test.skip(`${title} [skipped: ${capability.lacks}]`, () => undefined);
    else
      test(
        title,
        () => log().disrupt(disruption, (done) => loadWithOracle(log(), { ...load, until: done })),
        120_000 * scale,
      );
  }
}
