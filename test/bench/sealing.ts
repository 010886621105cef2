import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Clear } from '#event-sourcing';
import { localMasterKey, type ProtectedData, protectedData, subjectKeys } from '#protected-data';
import { type Bench, type Figure, withoutTarget } from './figure.js';
import { type Contender, interleaved, perSecond } from './statistics.js';

const rounds = 7;
const durationMs = 400;
const inFlight = 16;
const subjects = 256;
const bare = 'AES-256-GCM of the same bytes from memory';

/** The fields of one command or query, with a key file for each subject and the master key in a file. */
export const sealing: Figure = {
  id: 'P14',
  title: 'seal and unseal',
  measure: async (bench) => [...(await measured(bench, 1)), ...(await measured(bench, 3))],
};

async function measured(bench: Bench, fields: number) {
  const folder = join(bench.folder, 'p14', randomUUID());
  const masterKey = localMasterKey({
    file: join(folder, 'master.key'),
    subjectKeysFolder: join(folder, 'subjects'),
  });
  const data = protectedData({
    origin: 'bench',
    subjectKeys: subjectKeys({ folder: join(folder, 'subjects'), masterKey }),
  });
  const contenders = [bareSealing(fields), bareOpening(fields), ...(await sealingAndOpening(data, fields))];
  const [encrypted = 0, decrypted = 0, sealed = 0, opened = 0] = await interleaved(
    contenders,
    rounds,
    bench.progress,
  );
  const line = (what: string) => ({
    id: 'P14',
    name: `${what}, ${fields === 1 ? '1 field' : `${fields} fields`}, ${inFlight} in flight`,
    unit: 'calls/s',
  });
  return [
    withoutTarget(line('seal'), sealed, { name: bare, value: encrypted }),
    withoutTarget(line('unseal'), opened, { name: bare, value: decrypted }),
  ];
}

async function sealingAndOpening(data: ProtectedData, fields: number): Promise<Contender[]> {
  const names = Array.from({ length: fields }, (_, index) => `field${index}`);
  const clear = new Map(names.map((name) => [name, new Clear('Somebody of the Long Street 17')]));
  const places = Array.from({ length: subjects }, () => ({
    stream: `witness-${randomUUID()}`,
    commandId: randomUUID(),
  }));
  const sealed = await Promise.all(
    places.map(async ({ stream, commandId }) => {
      const values = await data.seal({ stream, commandId }, clear);
      return {
        stream,
        fields: new Map([...values].map(([name, value]) => [name, { sealed: value, commandId }])),
      };
    }),
  );
  let calls = 0;
  const next = <T>(all: readonly T[], use: (one: T) => Promise<unknown>): Promise<unknown> => {
    const one = all[(calls += 1) % all.length];
    return one === undefined ? Promise.reject(new RangeError('there are no subjects')) : use(one);
  };
  const rate = (work: () => Promise<unknown>) => perSecond({ inFlight, durationMs }, work);
  return [
    { name: `seal ${fields}`, run: () => rate(() => next(places, (place) => data.seal(place, clear))) },
    {
      name: `unseal ${fields}`,
      run: () => rate(() => next(sealed, ({ stream, fields }) => data.unseal(stream, fields))),
    },
  ];
}

/** As many bytes as are sealed for a short field: a padded text, and its place. */
const [clearBytes, associated] = [randomBytes(256), randomBytes(256)];
const key = randomBytes(32);

function bareSealing(fields: number): Contender {
  return { name: `bare encryption of ${fields}`, run: () => rateOf(() => encrypted(), fields) };
}

function bareOpening(fields: number): Contender {
  const { nonce, ciphertext, tag } = encrypted();
  const decrypt = () => {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(associated).setAuthTag(tag);
    return [decipher.update(ciphertext), decipher.final()];
  };
  return { name: `bare decryption of ${fields}`, run: () => rateOf(decrypt, fields) };
}

function encrypted() {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associated);
  const ciphertext = Buffer.concat([cipher.update(clearBytes), cipher.final()]);
  return { nonce, ciphertext, tag: cipher.getAuthTag() };
}

function rateOf(work: () => unknown, times: number): Promise<number> {
  return perSecond({ inFlight, durationMs }, async () => {
    for (let done = 0; done < times; done += 1) work();
  });
}
