import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { inspect } from 'node:util';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { KeysUnavailable } from '#event-sourcing';
import { describeWith } from '../../../test/support/available.js';
import { type Moto, motoHere, startMoto } from '../../../test/support/moto.js';
import {
  newWitness,
  openName,
  protectedKeys,
  refusalOf,
  sealName,
} from '../../../test/support/protected-keys.js';
import { newKey } from './aes-gcm.js';
import { awsMasterKey } from './aws-master-key.js';

const region = 'eu-west-1';
const credentials = { accessKeyId: 'test', secretAccessKey: 'not-to-be-said' };
const context = { use: 'test', subjectId: 'a' };
const context2 = { ...context, subjectId: 'b' };

async function unavailable(work: Promise<unknown>, why: RegExp): Promise<Error> {
  const error = await refusalOf(work);
  expect(error).toBeInstanceOf(KeysUnavailable);
  expect(error.message).toMatch(why);
  expect(error.cause).toBeInstanceOf(Error);
  return error;
}

const moto = await motoHere();

describeWith(moto, 'a master key of a server that speaks the AWS KMS API', () => {
  let server: Moto;
  let admin: KMSClient;
  const key = newKey();
  const open = (keyId: string, attemptMsMax = 10_000) =>
    awsMasterKey({ keyId, region, endpoint: server.url, credentials, attemptMsMax });
  const createKey = async () => (await admin.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId ?? '';

  beforeAll(async () => {
    server = await startMoto(moto.python);
    admin = new KMSClient({ region, endpoint: server.url, credentials });
  });
  afterAll(async () => {
    admin.destroy();
    await server.stop();
  });

  test('wraps and unwraps in the same context, also in another process', async () => {
    const keyId = await createKey();
    const wrapped = await open(keyId).wrap(key, context);
    expect(Buffer.from(wrapped).includes(key)).toBe(false);
    expect(Buffer.from(await open(keyId).unwrap(wrapped, context))).toEqual(key);
  });

  test('unwraps in no other context, and nothing that was changed', async () => {
    const masterKey = open(await createKey());
    const wrapped = Buffer.from(await masterKey.wrap(key, context));
    await unavailable(masterKey.unwrap(wrapped, context2), /was changed, or is the key of another one/);
    await unavailable(masterKey.unwrap(wrapped, {}), /was changed/);
    wrapped[wrapped.length - 1] = (wrapped.at(-1) ?? 0) ^ 1;
    await unavailable(masterKey.unwrap(wrapped, context), /was changed/);
  });

  test('that does not exist says so', async () => {
    await unavailable(open(newWitness().id).wrap(key, context), /does not exist/);
  });

  test('seals and opens the fields of a witness, and erases without asking it', async () => {
    const keys = await protectedKeys();
    const keyId = await createKey();
    const data = keys.open({ masterKey: open(keyId) });
    const witness = newWitness();
    const sealed = await sealName(data, witness, 'Amina');
    expect(await openName(data, witness, sealed)).toBe('Amina');
    await expect(openName(keys.open(), witness, sealed)).rejects.toThrow(
      /by the master key aws-kms .* not by local/,
    );
    const away = awsMasterKey({ keyId, region, endpoint: 'http://127.0.0.1:1', credentials });
    expect(await keys.open({ masterKey: away }).erase(witness.stream)).toMatchObject({ outcome: 'erased' });
    await expect(openName(data, witness, sealed)).rejects.toThrow('was destroyed');
  });

  test('that stops answering is unavailable, and works again when it is back', async () => {
    const keys = await protectedKeys();
    const masterKey = open(await createKey(), 200);
    const data = keys.open({ masterKey: open(await createKey()) });
    const witness = newWitness();
    const sealed = await sealName(data, witness, 'Amina');
    server.pause();
    await unavailable(masterKey.wrap(key, context), /cannot be reached\. Nothing was erased/);
    const opening = openName(data, witness, sealed);
    server.resume();
    expect(await opening).toBe('Amina');
    expect(await openName(data, witness, sealed)).toBe('Amina');
    await masterKey.close();
  });

  test('that nobody listens for any more is unavailable', async () => {
    const other = await startMoto(moto.python);
    const masterKey = awsMasterKey({ keyId: 'any', region, endpoint: other.url, credentials });
    await other.stop();
    const { cause } = await unavailable(masterKey.unwrap(key, context), /cannot be reached/);
    expect(cause).toMatchObject({ message: expect.stringContaining('ECONNREFUSED') });
  });
});

describe('what the service answers is told apart, and repeats nothing:', () => {
  let service: Server;
  let endpoint = '';
  let answer = '';
  let status = 400;
  beforeAll(async () => {
    service = createServer((request, response) => {
      let asked = '';
      request.setEncoding('utf8').on('data', (chunk) => (asked += chunk));
      request.on('end', () => {
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(
          status === 200 ? answer : JSON.stringify({ __type: answer, message: `You asked ${asked}` }),
        );
      });
    }).listen(0, '127.0.0.1');
    await once(service, 'listening');
    const address = service.address();
    endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  });
  afterAll(() => service.close().closeAllConnections());

  test.each([
    ['AccessDeniedException', /denies access\. Allow kms:Encrypt and kms:Decrypt/],
    ['UnrecognizedClientException', /does not know the credentials/],
    ['InvalidCiphertextException', /was changed, or is the key of another one/],
    ['IncorrectKeyException', /another one than .* was wrapped by/],
    ['DisabledException', /is disabled/],
    ['KMSInvalidStateException', /to be deleted/],
    ['ValidationException', /cannot be reached/],
  ])('%s', async (type, why) => {
    [status, answer] = [400, type];
    const masterKey = awsMasterKey({ keyId: 'alias/inquest', region, endpoint, credentials });
    const key = newKey();
    const errors = [
      await unavailable(masterKey.wrap(key, context), why),
      await unavailable(masterKey.unwrap(key, context), why),
    ];
    const said = inspect([errors, masterKey, errors.map(({ stack }) => stack)], {
      depth: null,
      showHidden: true,
    });
    expect(said).toContain(type);
    for (const secret of [key.toString('base64'), key.toString('hex'), credentials.secretAccessKey])
      expect(said).not.toContain(secret);
    await masterKey.close();
  });

  test('an answer that breaks off', async () => {
    const key = newKey();
    [status, answer] = [200, `{"Plaintext":"${key.toString('base64')}`];
    const masterKey = awsMasterKey({ keyId: 'alias/inquest', region, endpoint, credentials });
    const error = await unavailable(masterKey.unwrap(key, context), /cannot be reached/);
    const said = inspect(error, { depth: null, showHidden: true });
    expect(said).not.toContain(key.toString('base64').slice(0, 6));
    await masterKey.close();
  });

  test('an answer without a key', async () => {
    [status, answer] = [200, '{}'];
    const masterKey = awsMasterKey({ keyId: 'alias/inquest', region, endpoint, credentials });
    await expect(masterKey.wrap(newKey(), context)).rejects.toThrow(/answered without a key/);
    await expect(masterKey.unwrap(newKey(), context)).rejects.toThrow(KeysUnavailable);
    await masterKey.close();
  });
});
