import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { examples } from '#domain';
import { type ApiSuite, apiSuite, type RunningApi } from '../../../../test/support/api.js';
import { type Answered, type Client, client } from '../../../../test/support/api-client.js';
import { asOwner } from '../../../../test/support/event-store-database.js';

// A sealed value opens where it was sealed, and with the key of its subject; everything else says what is wrong.

let suite: ApiSuite;
let running: RunningApi;
let officer: Client;
beforeAll(async () => {
  suite = await apiSuite();
  running = await suite.start();
  officer = client(running, suite, 'WitnessProtectionOfficer');
});
afterAll(() => suite.end());

const registered = async () => (await officer.command('/v1/witnesses', examples.RegisterWitness)).id;
const unseal = (id: string, fields?: string[]) =>
  officer.post(`/v1/witnesses/${id}/unseal`, { purpose: 'To warn', ...(fields ? { fields } : {}) });

interface Line {
  readonly level: string;
  readonly traceId?: string;
  readonly err?: { readonly type: string; readonly message: string };
}
/** What the log says of the request that was answered so. */
const loggedOf = (answer: Answered): Line[] =>
  running.log
    .map((line) => {
      const parsed: Line = JSON.parse(line);
      return parsed;
    })
    .filter(({ traceId }) => traceId === answer.at('traceId'));

describe('a sealed value that was moved in the database', () => {
  type Data = Record<string, { keyId: string } | string>;
  const data = async (id: string, revision = 0): Promise<Data> => {
    const found: Data = {};
    await asOwner(suite.ownerUrl, async (owner) => {
      const { rows } = await owner.query<{ data: Data }>(
        'select data from inquest.events where stream = $1 and revision = $2',
        [`witness-${id}`, revision],
      );
      Object.assign(found, rows[0]?.data);
    });
    return found;
  };
  /** What the owner of the database can do, and nobody else. */
  const rewrite = (id: string, changed: Data, revision = 0) =>
    asOwner(suite.ownerUrl, async (owner) => {
      await owner.query('alter table inquest.events disable trigger events_append_only');
      const { rowCount } = await owner.query(
        'update inquest.events set data = $3 where stream = $1 and revision = $2',
        [`witness-${id}`, revision, JSON.stringify(changed)],
      );
      await owner.query('alter table inquest.events enable always trigger events_append_only');
      expect(rowCount).toBe(1);
    });
  const keyOf = (of: Data) => {
    const { identity } = of;
    return typeof identity === 'object' ? identity.keyId : '';
  };

  const refused = async (answer: Answered) => {
    expect([answer.status, answer.at('code')]).toEqual([500, 'cannot-unseal']);
    expect(answer.at('detail')).toContain('does not open at its place');
    expect(answer.text).not.toMatch(/Example|\+999/);
    expect(loggedOf(answer)).toMatchObject([{ level: 'error', err: { type: 'CannotUnseal' } }]);
  };

  test('to another witness does not open there, under whichever key it claims', async () => {
    const [one, other] = [await registered(), await registered()];
    const [from, to] = [await data(one), await data(other)];
    await rewrite(other, { ...to, identity: from['identity'] ?? '' });
    await refused(await unseal(other));
    const claimed = Object.assign({}, from['identity'], { keyId: keyOf(to) });
    await rewrite(other, { ...to, identity: claimed });
    await refused(await unseal(other, ['identity']));
    expect((await unseal(other, ['contact'])).status).toBe(200);
    expect((await unseal(one)).status).toBe(200);
    await rewrite(other, to);
    expect((await unseal(other)).status).toBe(200);
  });

  test('to another field does not open there', async () => {
    const id = await registered();
    const was = await data(id);
    await rewrite(id, { ...was, aliases: was['contact'] ?? '', contact: was['aliases'] ?? '' });
    await refused(await unseal(id, ['aliases']));
    await refused(await unseal(id, ['contact']));
    expect((await unseal(id, ['identity'])).status).toBe(200);
  });

  test('to a later event of the same witness does not open there', async () => {
    const id = await registered();
    const body = { contact: examples.RegisterWitness.contact, reason: 'Moved house' };
    await officer.command(`/v1/witnesses/${id}/revise-identity`, body);
    const [before, after] = [await data(id), await data(id, 1)];
    await rewrite(id, { ...after, contact: before['contact'] ?? '' }, 1);
    await refused(await unseal(id, ['contact']));
  });
});

describe('while keys are away', () => {
  const subjects = () => join(suite.folder, 'keys', 'subjects');
  const aside = () => join(suite.folder, 'aside');
  const withoutIt = async (path: string, work: () => Promise<void>) => {
    renameSync(path, aside());
    try {
      await work();
    } finally {
      rmSync(path, { force: true, recursive: true });
      renameSync(aside(), path);
    }
  };
  const unavailable = (answer: Answered, words: string) => {
    expect([answer.status, answer.at('code')]).toEqual([503, 'unavailable']);
    expect(answer.at('detail')).toContain('nothing was erased; the log says what is wrong');
    expect(answer.text).not.toContain(suite.folder);
    expect(loggedOf(answer)).toMatchObject([
      { level: 'warn', err: { type: 'KeysUnavailable', message: expect.stringContaining(words) } },
    ]);
  };

  test.each<[string, (path: string) => void, string]>([
    ['missing', () => undefined, 'is missing, and no tombstone says that it was destroyed'],
    ['no file that can be read', (path) => mkdirSync(path), 'cannot be reached'],
    ['damaged', (path) => writeFileSync(path, 'xyz'), 'is damaged'],
  ])('because the file of a witness is %s, this one is not opened and not erased', async (_, put, words) => {
    const [id, other] = [await registered(), await registered()];
    const file = join(subjects(), `${id}.json`);
    await withoutIt(file, async () => {
      put(file);
      unavailable(await unseal(id), words);
      expect((await unseal(other)).status).toBe(200);
      expect(existsSync(join(subjects(), `${id}.erased`))).toBe(false);
    });
    expect((await unseal(id)).status).toBe(200);
  });

  test('because their folder cannot be read, nobody is unsealed and nobody registered', async () => {
    const id = await registered();
    const before = readdirSync(subjects());
    await withoutIt(subjects(), async () => {
      writeFileSync(subjects(), 'no folder');
      unavailable(await unseal(id), 'cannot be reached');
      const head = await running.store.head();
      const refused = await officer.post('/v1/witnesses', examples.RegisterWitness);
      unavailable(refused, 'cannot be reached');
      expect(refused.at('tookEffect')).toBe('no');
      expect(await running.store.head()).toBe(head);
    });
    expect(readdirSync(subjects())).toEqual(before);
    expect((await unseal(id)).status).toBe(200);
  });

  test('because the master key is away, or is another one, nobody is unsealed', async () => {
    const id = await registered();
    const file = join(suite.folder, 'keys', 'master.key');
    await withoutIt(file, async () => {
      unavailable(await unseal(id), 'There is no master key');
      expect(existsSync(file)).toBe(false);
      writeFileSync(file, Buffer.alloc(32, 7), { mode: 0o600 });
      unavailable(await unseal(id), 'is another one than the key of this subject was wrapped by');
    });
    expect((await unseal(id)).status).toBe(200);
  });
});
