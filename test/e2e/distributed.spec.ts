import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { randomBytes } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { describeWith } from '../support/available.js';
import { aBroker, runBroker } from '../support/broker.js';
import { type Distributed, spawnDistributed, startDistributed } from '../support/distributed.js';
import { runFolder } from '../support/environment.js';
import { type TestDatabase, testDatabase } from '../support/postgres.js';
import { inquest as run } from '../support/run-cli.js';
import { recordsOf } from '../support/topics.js';
import { waitFor } from '../support/wait-for.js';

const startMsMax = 120_000;

describeWith(await aBroker(), 'npm run distributed', () => {
  let database: TestDatabase;
  let data: string;
  let settings: Record<string, string>;
  let inquest: Distributed;
  beforeAll(async () => {
    database = await testDatabase();
    data = await mkdtemp(join(runFolder(), 'distributed-'));
    settings = {
      INQUEST_POSTGRES_OWNER_URL: database.ownerUrl,
      INQUEST_POSTGRES_URL: database.urlAs('inquest_test_distributed', 'for tests only'),
      INQUEST_KAFKA_BROKERS: (await runBroker()).brokers,
      INQUEST_KAFKA_PREFIX: `t${randomBytes(6).toString('hex')}.`,
    };
    inquest = await startDistributed(data, settings, '--empty');
  }, startMsMax);
  afterAll(async () => {
    await inquest?.stop();
    await database.drop();
    await rm(data, { recursive: true, force: true });
  }, startMsMax);

  const ask = (path: string, init: RequestInit = {}, as = 'IntakeOfficer') =>
    fetch(`${inquest.url}${path}`, {
      ...init,
      headers: {
        authorization: `Bearer ${inquest.tokens[as]}`,
        'content-type': 'application/json',
        ...(init.headers as Record<string, string>),
      },
    });

  let filed = 0;
  async function file(): Promise<string> {
    filed += 1;
    const body = {
      source: { kind: 'organisation', organisation: 'River Watch', reference: `RW-${filed}` },
      nature: 'eyewitness',
      language: 'en',
      summary: 'Two prisoners were shot at the ford.',
      claimed: { scope: 'occurrence', figures: [] },
    };
    const response = await ask('/v1/allegations', { method: 'POST', body: JSON.stringify(body) });
    expect(response.status).toBe(201);
    return ((await response.json()) as { position: string }).position;
  }

  /** The list once it holds what was filed at a position; asked again for as long as it says that it is late. */
  const listAt = (position: string) =>
    waitFor('the list', async () => {
      const response = await ask('/v1/allegations?limit=200', { headers: { 'inquest-position': position } });
      if (response.status === 503) return undefined;
      expect(response.status).toBe(200);
      return (await response.json()) as { items: unknown[] };
    });

  test('who has filed an allegation sees it in the list at once', async () => {
    expect((await listAt(await file())).items).toHaveLength(filed);
  });

  test('services of other institutions find it on the public topic, without what somebody wrote', async () => {
    await file();
    const kafka = new Kafka({ brokers: [inquest.brokers], logLevel: logLevel.NOTHING });
    const topic = `${settings['INQUEST_KAFKA_PREFIX']}inquest.public.allegation.v1`;
    const records = await waitFor('the topic', async () => {
      const found = await recordsOf(kafka, topic);
      return found.length === filed ? found : undefined;
    });
    expect(records.map(({ headers }) => headers['ce_type'])).toEqual(Array(filed).fill('AllegationFiled'));
    expect(JSON.parse(records[0]?.value ?? '')).toEqual({
      source: { kind: 'organisation' },
      nature: 'eyewitness',
      language: 'en',
      claimed: { scope: 'occurrence' },
    });
  });

  test.each(['api', 'relay', 'projector-1', 'projector-2'])(
    'when %s is killed, it says so, starts it again, and nothing is lost',
    async (name) => {
      const before = await file();
      const replacing = inquest.replace(name);
      const position = name === 'api' ? before : await file();
      await replacing;
      expect((await listAt(position)).items).toHaveLength(filed);
      expect(inquest.lines).toContainEqual(expect.stringMatching(`^${name} +ended \\(SIGKILL\\)`));
    },
  );

  test('one that cannot be started again at once is tried again', async () => {
    const replacing = inquest.replace('api');
    const inItsPlace = await waitFor('its port', () => listenOn(Number(new URL(inquest.url).port)));
    const ended = /^api +ended \(api did not become ready:/;
    await waitFor('its end', () => inquest.lines.some((line) => ended.test(line)));
    inItsPlace.close();
    await replacing;
    await file();
  });

  test('every process tells how it is doing', async () => {
    const relay = await inquest.replace('relay');
    expect(await (await fetch(`${relay.url}/livez`)).text()).toBe('ok\n');
    await waitFor('the relay', async () => (await fetch(`${relay.url}/readyz`)).status === 200);
    const metrics = await (await fetch(`${relay.url}/metrics`)).text();
    expect(metrics).toContain('inquest_relay_lag_positions{publication="internal"}');
    expect((await fetch(`${relay.url}/else`)).status).toBe(404);
  });

  test('the command line works on it by its folder', async () => {
    const listed = await run(['projections', 'list', '--data', data]);
    expect(listed).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^allegation/m) });
  });

  test('it stops in order, and does not start on topics that are not as they have to be', async () => {
    expect(await inquest.stop()).toBe(0);
    const changed = { ...settings, INQUEST_KAFKA_PUBLIC_PARTITIONS: '7' };
    await expect(startDistributed(data, changed)).rejects.toThrow(
      /inquest\.public\.\w+\.v1 has 3 partitions, and not 7/,
    );
  });

  test('its processes say little, do not know the owner, and end with it when it is killed', async () => {
    const { INQUEST_POSTGRES_OWNER_URL: owner = '', ...others } = settings;
    const file = join(data, 'owner-url');
    await writeFile(file, owner);
    const quiet = { ...others, INQUEST_POSTGRES_OWNER_URL_FILE: file, INQUEST_LOG_LEVEL: 'warn' };
    const again = await startDistributed(data, quiet);
    expect(again.lines).toContain('Migrating the database …');
    for (const { pid } of again.processes) {
      // Linux shows it.
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      expect(environment).not.toContain('OWNER_URL');
    }
    again.process.kill('SIGKILL');
    for (const { name, pid } of again.processes) await waitFor(`the end of ${name}`, () => !isRunning(pid));
  });

  test('told to stop while it starts, it stops', async () => {
    const starting = spawnDistributed(data, settings);
    const lines: string[] = [];
    createInterface({ input: starting.stderr }).on('line', (line) => lines.push(line));
    await waitFor('its start', () => lines.includes('Making the topics …'));
    starting.kill('SIGINT');
    expect(await once(starting, 'close')).toEqual([0, null]);
    expect(lines.at(-1)).toBe('Stopping …');
    expect(lines).not.toContainEqual(expect.stringContaining('ready at'));
  });
});

test.each([
  [['--port', 'many'], '--port is a number from 0 to 65535, and not many.'],
  [['--prot', '4000'], "Unknown option '--prot'"],
])('npm run distributed -- %j says what is wrong with it', async (args, said) => {
  await expect(startDistributed(join(runFolder(), 'nothing'), {}, ...args)).rejects.toThrow(said);
});

/** Undefined where somebody else still listens. */
const listenOn = (port: number) =>
  new Promise<Server | undefined>((listening) => {
    const server = createServer();
    server.once('error', () => listening(undefined));
    server.listen(port, '127.0.0.1', () => listening(server));
  });

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
