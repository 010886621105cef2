import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { demoTokenAlgorithm } from '#access';
import type { ApiSuite } from './api.js';
import { environmentWithoutSettings } from './environment.js';
import { projectDir } from './spawn-module.js';

export type Role = 'api' | 'relay' | 'projector';

/** A role as whoever runs it starts it: a process of its own, from the build. */
export interface ApiProcess {
  readonly process: ChildProcess;
  /** Settles when it takes requests. Rejects with its last words when it ends before that. */
  readonly url: Promise<string>;
  /** What it has logged, or said before it could log. */
  readonly log: readonly string[];
  /** Settles when it has ended: its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  kill9(): Promise<void>;
}

/** Starts processes beside a suite: they take its tokens, and use its database, content and keys. */
export interface ApiProcesses {
  /** From the build of the project, or of a copy of it in another folder. */
  start(settings?: Readonly<Record<string, string>>, role?: Role, folder?: string): ApiProcess;
  /** Ends what still runs. */
  end(): Promise<void>;
}

export async function apiProcesses(suite: ApiSuite): Promise<ApiProcesses> {
  const keys = createServer((_, response) => response.end(JSON.stringify(suite.issuer.jwks)));
  await once(keys.listen(0, '127.0.0.1'), 'listening');
  const started: ApiProcess[] = [];
  return {
    start(settings = {}, role = 'api', folder = projectDir) {
      const one = run(suite, keys, settings, join(folder, 'dist', 'apps', role, 'src', 'main.js'));
      started.push(one);
      return one;
    },
    async end() {
      for (const one of started) await one.kill9();
      keys.close();
    },
  };
}

export const portOf = (server: Pick<Server, 'address'>): number => (server.address() as AddressInfo).port;

function run(
  suite: ApiSuite,
  keys: Server,
  settings: Readonly<Record<string, string>>,
  main: string,
): ApiProcess {
  const child = spawn(process.execPath, [main], {
    cwd: projectDir,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...environmentWithoutSettings(),
      INQUEST_POSTGRES_URL: suite.url,
      INQUEST_PORT: '0',
      INQUEST_HASH_KEY: suite.hashKey.toString('base64'),
      INQUEST_INSTALLATION: suite.installation,
      INQUEST_CONTENT_DIR: join(suite.folder, 'content'),
      INQUEST_KEYS_DIR: join(suite.folder, 'keys'),
      INQUEST_OIDC_ISSUER: suite.issuerUrl,
      INQUEST_OIDC_ALGORITHMS: demoTokenAlgorithm,
      INQUEST_OIDC_JWKS_URL: `http://127.0.0.1:${portOf(keys)}`,
      ...settings,
    },
  });
  const log: string[] = [];
  const lines = createInterface({ input: child.stderr });
  const ended = once(child, 'close').then(
    ([code, signal]: (number | NodeJS.Signals | null)[]) => code ?? signal ?? null,
  );
  const url = new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      log.push(line);
      const address = /"url":"(?<url>[^"]+)","msg":"ready"/.exec(line)?.groups?.['url'];
      if (address !== undefined) resolve(address);
    });
    void ended.then(() => reject(new Error(`${main} ended: ${log.join('\n')}`)));
  });
  url.catch(() => undefined); // Who expects it to end does not wait for it.
  child.stdout.resume();
  return {
    process: child,
    url,
    log,
    ended,
    async kill9() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
