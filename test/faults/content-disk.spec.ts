import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { localContentStore } from '#content-store';
import { examples } from '#domain';
import { type ApiSuite, apiSuite, type RunningApi } from '../support/api.js';
import { type Client, client } from '../support/api-client.js';
import { describeWith } from '../support/available.js';
import { mounting, type SmallDisk, smallDisk } from '../support/small-disk.js';

// The disk of the content store is full, or cannot be written, while somebody uploads over HTTP.

const mebibyte = 1024 * 1024;

describeWith(mounting(), 'an upload to a disk', () => {
  let disk: SmallDisk;
  let suite: ApiSuite;
  let running: RunningApi;
  let custodian: Client;
  beforeAll(async () => {
    suite = await apiSuite();
    disk = await smallDisk('size=8m');
    running = await suite.start({ contentStore: await localContentStore(disk.path) });
    custodian = client(running, suite, 'EvidenceCustodian');
  });
  afterAll(async () => {
    await suite.end();
    await disk.unmount();
  });

  const registered = async (bytes: Uint8Array) => {
    const digests = [{ algorithm: 'sha-256', value: createHash('sha256').update(bytes).digest('hex') }];
    return (await custodian.command('/v1/evidence', { ...examples.RegisterEvidence, digests })).id;
  };
  const address = (id: string) => `${running.url}/v1/evidence/${id}/content`;
  const authorization = () => `Bearer ${suite.issuer.tokens['EvidenceCustodian']}`;
  const put = (id: string, body: Uint8Array<ArrayBuffer>, key: string) =>
    fetch(address(id), {
      method: 'PUT',
      headers: {
        authorization: authorization(),
        'content-type': 'application/octet-stream',
        'idempotency-key': key,
      },
      body,
    });
  const get = async (id: string) => {
    const answer = await fetch(address(id), { headers: { authorization: authorization() } });
    return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
  };
  const kept = () =>
    readdirSync(disk.path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .toSorted();

  /** What the answer and the log say of an upload that the store could not take. */
  async function refused(answer: Response, code: string): Promise<Record<string, unknown>> {
    const problem = (await answer.json()) as Record<string, unknown>;
    expect([answer.status, problem]).toMatchObject([503, { code: 'unavailable', tookEffect: 'no' }]);
    expect(JSON.stringify(problem)).not.toContain(disk.path);
    const said = running.log.filter((line) => line.includes(String(problem['traceId'])));
    expect(said.join('\n')).toContain(code);
    return problem;
  }

  test('that is full keeps nothing and says so; the same upload is kept once there is room', async () => {
    const [before, content] = [randomBytes(mebibyte), randomBytes(5 * mebibyte)];
    const [small, large] = [await registered(before), await registered(content)];
    expect((await put(small, before, 'small')).status).toBe(200);
    const files = kept();
    await writeFile(join(disk.path, 'filler'), randomBytes(4 * mebibyte));
    const head = await running.store.head();
    const full = await put(large, content, 'large');
    expect(Number(full.headers.get('retry-after'))).toBeGreaterThan(1);
    const { detail } = await refused(full, 'ENOSPC');
    expect(detail).toBe(
      'The content store has no room for this. Nothing of it was kept; space has to be made first.',
    );
    expect(kept()).toEqual(['filler', ...files].toSorted());
    expect(await running.store.head()).toBe(head);
    expect((await get(large)).status).toBe(409);
    expect((await get(small)).bytes.equals(before)).toBe(true);
    await rm(join(disk.path, 'filler'));
    expect((await put(large, content, 'large')).status).toBe(200);
    expect((await get(large)).bytes.equals(content)).toBe(true);
  });

  test('that cannot be written keeps nothing, and what is kept is still given', async () => {
    const [held, content] = [randomBytes(2000), randomBytes(3000)];
    const [old, fresh] = [await registered(held), await registered(content)];
    expect((await put(old, held, 'held')).status).toBe(200);
    await disk.becomeReadOnly();
    await refused(await put(fresh, content, 'fresh'), 'EROFS');
    expect((await get(old)).bytes.equals(held)).toBe(true);
    await disk.becomeWritable();
    expect((await put(fresh, content, 'fresh')).status).toBe(200);
    expect((await get(fresh)).bytes.equals(content)).toBe(true);
  });
});
