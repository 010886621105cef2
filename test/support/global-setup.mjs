// Starts the keeper of the run's servers (keeper.ts). It starts a server only when a suite asks for one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export default async function globalSetup() {
  // The brokers of a run live for a minute or two, too short for what the better compiler costs.
  process.env.JDK_JAVA_OPTIONS ??= '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC';
  const keeper = spawn(
    process.execPath,
    [
      '--import',
      new URL('./typescript.mjs', import.meta.url).href,
      fileURLToPath(new URL('./keeper.ts', import.meta.url)),
    ],
    // Detached, so that Ctrl-C in the terminal leaves it the time to stop its servers.
    { detached: true, stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: keeper.stdout });
  const [line] = await Promise.race([once(lines, 'line'), once(keeper, 'exit')]);
  if (typeof line !== 'string') throw new Error('The keeper of the test servers did not start; see above.');
  lines.close();
  const { url, dir } = JSON.parse(line);
  process.env.INQUEST_TEST_KEEPER_URL = url;
  process.env.INQUEST_TEST_DIR = dir;
  // However this process ends, its end of the pipe closes, and the keeper stops what it started.
  keeper.unref();
  keeper.stdin.unref();
  keeper.stdout.destroy();
  globalThis.inquestKeeper = keeper;
}
