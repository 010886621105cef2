import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorCode } from '../../apps/standalone/src/postgres/error-code.js';
import { livePostmaster, shutDown } from '../../apps/standalone/src/postgres/postmaster.js';
import { type RunBroker, startRunBroker } from './run-broker.js';
import { type RunServer, startRunServer } from './run-server.js';

/**
 * The process that keeps the servers of one test run. Suites ask it over HTTP; it starts what they ask for once
 * and stops everything when its standard input closes, which also happens when the run is killed.
 */
const prefix = 'inquest-test-';

async function keep(): Promise<void> {
  await removeLeftovers();
  const dir = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  await chmod(dir, 0o711); // As root, PostgreSQL runs as another user and must pass through.
  let server: Promise<RunServer> | undefined;
  let broker: Promise<RunBroker> | undefined;

  const http = createServer((request, response) => {
    // A suite asks seldom: a connection that it would use again may be closed just then.
    response.setHeader('connection', 'close');
    const asked =
      request.url === '/kafka' ? (broker ??= startRunBroker(dir)) : (server ??= startRunServer(dir));
    asked.then(
      (found) => response.end(JSON.stringify(found)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}`, dir })}\n`);

  await runEnded();
  http.close();
  http.closeAllConnections();
  for (const started of [broker, server]) await started?.then((found) => found.stop()).catch(() => undefined); // Whoever asked has been told.
  await removeRun(dir);
}

/** The run's process ended: the other end of the pipe closed. Signals to its terminal are not for us. */
async function runEnded(): Promise<void> {
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  process.stdout.on('error', () => undefined);
  await new Promise<void>((resolve) => process.stdin.once('close', resolve).resume());
}

/** Stops servers that suites started for themselves and did not stop, then removes the run's folder. */
async function removeRun(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    const cluster = join(dir, name, 'postgres');
    const running = await livePostmaster(cluster);
    if (running !== undefined) await shutDown(running.pid, cluster);
  }
  await rm(dir, { recursive: true, force: true, maxRetries: 5 });
}

/** What the keeper of an earlier run left because it was killed itself. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) {
      await removeRun(join(tmpdir(), name)).catch(() => undefined); // Another user's: not ours to remove.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

await keep();
