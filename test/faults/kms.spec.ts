import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { examples } from '#domain';
import { type ApiSuite, apiSuite, type RunningApi } from '../support/api.js';
import { type Answered, client } from '../support/api-client.js';
import { describeWith } from '../support/available.js';
import { requestErasure } from '../support/erasure.js';
import { type Gate, gateTo } from '../support/gate.js';
import { type Moto, motoHere, startMoto } from '../support/moto.js';

// A KMS that is out of reach: nothing is sealed, opened or written, nothing is taken for erased, and what was erased is.

const moto = await motoHere();

describeWith(moto, 'while the KMS that holds the master key is out of reach', () => {
  let server: Moto;
  let gate: Gate;
  let suite: ApiSuite;
  let running: RunningApi;
  beforeAll(async () => {
    [server, suite] = await Promise.all([startMoto(moto.python), apiSuite()]);
    gate = await gateTo(server.url);
    running = await suite.start({ kms: { kmsKeyId: await newKmsKey(server), kmsEndpoint: gate.url } });
  });
  afterEach(() => gate.open());
  afterAll(async () => {
    await suite.end();
    await gate.close();
    await server.stop();
  });

  const officer = () => client(running, suite, 'WitnessProtectionOfficer');
  const register = (key: string) =>
    officer().post('/v1/witnesses', examples.RegisterWitness, { 'idempotency-key': key });
  const unseal = (id: string) => officer().post(`/v1/witnesses/${id}/unseal`, { purpose: 'To warn' });
  const subjects = () => readdirSync(join(suite.folder, 'keys', 'subjects')).toSorted();
  const { identity, contact, aliases } = examples.RegisterWitness;
  /** Shuts the gate around some work, which has to meet it. */
  const outOfReach = async (work: () => Promise<void>) => {
    const before = gate.turnedAway;
    gate.shut();
    await work();
    expect(gate.turnedAway).toBeGreaterThan(before);
    gate.open();
  };
  const unavailable = (answer: Answered) => {
    expect([answer.status, answer.at('code')]).toEqual([503, 'unavailable']);
    expect(answer.at('detail')).toContain('nothing was erased');
    const said = running.log.filter((line) => line.includes(String(answer.at('traceId'))));
    expect(said.join()).toMatch(/The master key aws-kms \S+ cannot be reached\. Nothing was erased\./);
  };

  test('nobody is registered, and the same command registers once it is back', async () => {
    await register('the-first');
    const [head, files] = [await running.store.head(), subjects()];
    await outOfReach(async () => {
      const refused = await register('once-it-is-back');
      unavailable(refused);
      expect(refused.at('tookEffect')).toBe('no');
    });
    expect([await running.store.head(), subjects()]).toEqual([head, files]);
    const done = await register('once-it-is-back');
    expect([done.status, done.headers.has('idempotency-replayed')]).toEqual([201, false]);
    expect(JSON.parse((await unseal(String(done.at('id')))).text)).toEqual({ identity, contact, aliases });
  });

  test('nobody is unsealed and nobody is erased by that', async () => {
    const id = String((await register('to-unseal')).at('id'));
    const files = subjects();
    await outOfReach(async () => unavailable(await unseal(id)));
    expect(subjects()).toEqual(files);
    expect((await unseal(id)).status).toBe(200);
  });

  test('nothing is revised, and what was sealed before stays the newest', async () => {
    const id = String((await register('to-revise')).at('id'));
    const body = { aliases: ['Another'], reason: 'Known by another name' };
    await outOfReach(async () =>
      unavailable(await officer().post(`/v1/witnesses/${id}/revise-identity`, body)),
    );
    expect(JSON.parse((await unseal(id)).text)).toEqual({ identity, contact, aliases });
  });

  test('an erasure is carried out all the same', async () => {
    const id = String((await register('to-erase')).at('id'));
    const other = String((await register('to-keep')).at('id'));
    const { approve } = await requestErasure(running, suite, id);
    await outOfReach(async () => {
      expect((await approve()).status).toBe(200);
      expect(existsSync(join(suite.folder, 'keys', 'subjects', `${id}.json`))).toBe(false);
      expect((await unseal(id)).at('code')).toBe('identity-erased');
      unavailable(await unseal(other));
    });
    expect((await unseal(id)).at('code')).toBe('identity-erased');
    expect((await unseal(other)).status).toBe(200);
  });
});

async function newKmsKey({ url }: Moto): Promise<string> {
  const credentials = { accessKeyId: 'tests', secretAccessKey: 'tests' };
  const admin = new KMSClient({ region: 'eu-central-1', endpoint: url, credentials });
  const { KeyMetadata: made } = await admin.send(new CreateKeyCommand({}));
  admin.destroy();
  if (made?.KeyId === undefined) throw new Error('no key was made');
  return made.KeyId;
}
