import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { describeWith, rootUser } from '../../../../test/support/available.js';
import { runFolder } from '../../../../test/support/environment.js';
import { spawnModule } from '../../../../test/support/spawn-module.js';
import { waitFor } from '../../../../test/support/wait-for.js';
import { livePostmaster, runsOn, shutDown } from './postmaster.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './start.js';

let dataDir: string;
let started: EmbeddedPostgres[];
let children: ChildProcess[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(runFolder(), 'standalone-'));
  await chmod(dataDir, 0o711); // As root, PostgreSQL runs as another user and must pass through.
  started = [];
  children = [];
});

afterEach(async () => {
  await Promise.all(started.map((server) => server.stop()));
  for (const child of children) child.kill('SIGKILL');
  const cluster = join(dataDir, 'postgres');
  const left = await livePostmaster(cluster);
  if (left !== undefined) await shutDown(left.pid, cluster);
});

async function start(progress: (line: string) => void = () => undefined): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, progress });
  started.push(server);
  return server;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query({ text, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A process that owns the data folder; its first line says the server's URL and process, or why not. */
function owner(): {
  child: ChildProcess;
  said: () => Promise<{ url?: string; pid?: number; error?: string }>;
} {
  const child = spawnModule(
    `import { startEmbeddedPostgres } from './dist/apps/standalone/src/postgres/start.js';
     const say = (line) => process.stdout.write(JSON.stringify(line) + '\\n');
     try {
       const server = await startEmbeddedPostgres({ dataDir: process.argv[1] });
       say({ url: server.ownerUrl, pid: server.pid });
       process.once('SIGTERM', () => server.stop().then(() => process.exit(0)));
     } catch (error) {
       say({ error: error.name + ': ' + error.message });
     }`,
    [dataDir],
  );
  children.push(child);
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  const said = async () =>
    JSON.parse((await waitFor('the first line of the owner', () => /^.*(?=\n)/.exec(output)))[0]);
  return { child, said };
}

async function killed(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

describe('a data folder', () => {
  test('keeps everything when the server stops and starts again', async () => {
    const first = await start();
    await query(first.ownerUrl, `CREATE TABLE note AS SELECT 'kept' AS text`);
    await first.stop();
    expect(await runsOn(first.pid, join(dataDir, 'postgres'))).toBe(false);
    const second = await start();
    expect(await query(second.ownerUrl, 'SELECT text FROM note')).toEqual(['kept']);
  });

  test('holds a database that is durable, in UTF-8, in one order of text and one time zone', async () => {
    const { ownerUrl } = await start();
    const settings = ['fsync', 'full_page_writes', 'synchronous_commit', 'server_encoding', 'timezone'];
    expect(
      await query(ownerUrl, `SELECT ${settings.map((s) => `current_setting('${s}')`).join(', ')}`),
    ).toEqual(['on', 'on', 'on', 'UTF8', 'UTC']);
    expect(
      await query(
        ownerUrl,
        'SELECT datlocprovider, datlocale FROM pg_database WHERE datname = current_database()',
      ),
    ).toEqual(['b', 'C.UTF-8']);
  });

  test('finds words in every script', async () => {
    const { ownerUrl } = await start();
    await query(ownerUrl, 'CREATE EXTENSION pg_trgm');
    expect(
      await query(
        ownerUrl,
        `SELECT similarity('Харків', 'Харков') > 0.3, similarity('خان شيخون', 'خان شيخون') = 1`,
      ),
    ).toEqual([true, true]);
  });

  test('lets nobody else read the database or its password', async () => {
    const { ownerUrl } = await start();
    const mode = async (name: string) => (await stat(join(dataDir, name))).mode & 0o777;
    expect(await mode('postgres')).toBe(0o700);
    expect(await mode('postgres.password')).toBe(0o600);
    expect(await mode('postgres.log')).toBe(0o600);
    const withoutPassword = ownerUrl.replace(/:[^:@]*@/, ':wrong@');
    await expect(query(withoutPassword, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  test('is made with mode 0700, or 0711 where root must let the server through', async () => {
    const fresh = join(dataDir, 'new');
    const server = await startEmbeddedPostgres({ dataDir: fresh });
    expect((await stat(fresh)).mode & 0o777).toBe(process.getuid?.() === 0 ? 0o711 : 0o700);
    await server.stop();
  });

  test('has a log without the values of statements that failed', async () => {
    const { ownerUrl } = await start();
    await query(ownerUrl, 'CREATE TABLE person (name text UNIQUE)');
    await query(ownerUrl, `INSERT INTO person VALUES ('Canary')`);
    await expect(query(ownerUrl, `INSERT INTO person VALUES ('Canary')`)).rejects.toMatchObject({
      code: '23505',
    });
    await expect(query(ownerUrl, `SELECT 'Canary'::int`)).rejects.toMatchObject({ code: '22P02' });
    const log = await readFile(join(dataDir, 'postgres.log'), 'utf8');
    expect(log).toContain('ready to accept connections');
    expect(log).not.toContain('Canary');
  });
});

test('a lock file that a crash left empty does not keep the next start out', async () => {
  await (await start()).stop();
  const lockFile = join(dataDir, 'postgres', 'postmaster.pid');
  await writeFile(lockFile, '');
  await chmod(lockFile, 0o666);
  const { ownerUrl } = await start();
  expect(await query(ownerUrl, 'SELECT 1')).toEqual([1]);
});

describe('a folder in use', () => {
  test('is refused, naming the process, and its owner goes on', async () => {
    const { child, said } = owner();
    const { url } = await said();
    await expect(start()).rejects.toThrow(`is in use by another Inquest (process ${child.pid})`);
    expect(await query(url ?? '', 'SELECT 1')).toEqual([1]);
  });

  test.each(['new', 'stopped', 'abandoned'])(
    'goes to exactly one of three that start at once (%s)',
    async (state) => {
      if (state !== 'new') await (await start()).stop();
      if (state === 'abandoned') {
        const former = owner();
        await former.said();
        await killed(former.child);
      }
      const said = await Promise.all([owner(), owner(), owner()].map((one) => one.said()));
      expect(said.filter(({ url }) => url !== undefined)).toHaveLength(1);
      const refused = said.flatMap(({ error }) => (error === undefined ? [] : [error]));
      expect(refused).toEqual([
        expect.stringContaining('FolderInUse: The data folder'),
        expect.stringContaining('FolderInUse: The data folder'),
      ]);
      const winner = said.find(({ url }) => url !== undefined);
      expect(await query(winner?.url ?? '', 'SELECT 1')).toEqual([1]);
      expect((await livePostmaster(join(dataDir, 'postgres')))?.pid).toBe(winner?.pid);
    },
  );
});

describe('after a process was killed', () => {
  test('the server it left is stopped, and what it had committed is there', async () => {
    const { child, said } = owner();
    const { url = '', pid = 0 } = await said();
    await query(url, `CREATE TABLE note AS SELECT 'committed' AS text`);
    await killed(child);
    expect(await runsOn(pid, join(dataDir, 'postgres'))).toBe(true);
    const told: string[] = [];
    const server = await start((line) => told.push(line));
    expect(told).toEqual([`Stopping the PostgreSQL that a killed Inquest left behind (process ${pid})`]);
    expect(await runsOn(pid, join(dataDir, 'postgres'))).toBe(false);
    expect(await query(server.ownerUrl, 'SELECT text FROM note')).toEqual(['committed']);
  });

  test('a database that was only half made is made anew', async () => {
    const { child } = owner();
    const unfinished = async () =>
      (await readdir(dataDir)).find((name) => name.startsWith('postgres-unfinished-'));
    const name = await waitFor('initdb at work', unfinished);
    await waitFor('some files of the cluster', () =>
      readdir(join(dataDir, name, 'cluster')).then(
        (files) => files.length > 0,
        () => false,
      ),
    );
    await killed(child);
    expect(await livePostmaster(join(dataDir, 'postgres'))).toBeUndefined();
    const server = await start();
    expect(await query(server.ownerUrl, 'SELECT 1')).toEqual([1]);
    expect(await unfinished()).toBeUndefined();
  });

  test.each([
    ['of a process that has ended', () => 4_194_303],
    ['of a process that is no PostgreSQL', (other: number) => other],
  ])('a postmaster.pid %s does not matter', async (_case, numberIn) => {
    await (await start()).stop();
    const cluster = join(dataDir, 'postgres');
    const { uid, gid } = await stat(cluster);
    const other = spawn('sleep', ['600'], process.getuid?.() === 0 ? { uid, gid } : {});
    children.push(other);
    const file = join(cluster, 'postmaster.pid');
    await writeFile(
      file,
      `${numberIn(other.pid ?? 0)}\n${cluster}\n1700000000\n5432\n\n127.0.0.1\n  1 1\nready\n`,
    );
    const server = await start();
    expect(await query(server.ownerUrl, 'SELECT 1')).toEqual([1]);
    expect(other.exitCode).toBeNull();
  });
});

describe('a server that crashes', () => {
  test('is brought back with the same URL and everything committed', async () => {
    const server = await start();
    const { ownerUrl, pid } = server;
    await query(ownerUrl, `CREATE TABLE note AS SELECT 'committed' AS text`);
    process.kill(pid, 'SIGKILL');
    await waitFor('another server', () => server.pid !== pid);
    const text = await waitFor('an answer', () =>
      query(ownerUrl, 'SELECT text FROM note').catch(() => undefined),
    );
    expect(text).toEqual(['committed']);
    expect(server.ownerUrl).toBe(ownerUrl);
  });

  test('still belongs to its owner when only one of its processes was killed', async () => {
    const server = await start();
    const holder = `SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'inquest owner %'`;
    const [before] = await query(server.ownerUrl, holder);
    process.kill(Number(before), 'SIGKILL');
    await waitFor('a new holder of the lock', async () => {
      const [now] = await query(server.ownerUrl, holder).catch(() => []);
      return now !== undefined && now !== before;
    });
    const { error } = await owner().said();
    expect(error).toContain(`in use by another Inquest (process ${process.pid})`);
  });
});

describe('a start that cannot succeed says why', () => {
  test('when another release of PostgreSQL made the database', async () => {
    await (await start()).stop();
    const file = join(dataDir, 'postgres', 'PG_VERSION');
    const made = await readFile(file, 'utf8');
    await writeFile(file, '12\n');
    await expect(start()).rejects.toThrow(
      /was made by PostgreSQL 12, and this release of Inquest runs PostgreSQL 18/,
    );
    await writeFile(file, made);
  });

  test('when the password is gone', async () => {
    await (await start()).stop();
    const file = join(dataDir, 'postgres.password');
    const password = await readFile(file, 'utf8');
    await rm(file);
    await expect(start()).rejects.toThrow(`password file ${file} is missing`);
    await writeFile(file, password, { mode: 0o600 });
  });

  test('when the data folder is a file', async () => {
    const file = join(dataDir, 'file');
    await writeFile(file, '');
    await expect(startEmbeddedPostgres({ dataDir: file })).rejects.toThrow(
      `The data folder ${file} cannot be`,
    );
  });

  test('when the server refuses its settings', async () => {
    await expect(startEmbeddedPostgres({ dataDir, settings: { max_connections: 'many' } })).rejects.toThrow(
      /did not start on .* says:\n.*invalid value for parameter "max_connections"/s,
    );
    expect(await livePostmaster(join(dataDir, 'postgres'))).toBeUndefined();
  });
});

describeWith(rootUser(), 'root', () => {
  test('runs the server as another user', async () => {
    const { pid } = await start();
    expect(execFileSync('ps', ['-o', 'uid=', '-p', String(pid)], { encoding: 'utf8' }).trim()).not.toBe('0');
  });

  test('is told which folder that user cannot pass', async () => {
    const closed = join(dataDir, 'closed');
    await mkdir(join(closed, 'inner'), { recursive: true });
    await chmod(closed, 0o700);
    await expect(startEmbeddedPostgres({ dataDir: join(closed, 'inner', 'data') })).rejects.toThrow(
      `the folder ${closed} is closed to others (mode 0700). Run "chmod o+x ${closed}"`,
    );
  });
});
