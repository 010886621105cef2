import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '../../../../test/support/available.js';
import { inquest } from '../../../../test/support/run-cli.js';
import { syrianArchive } from './formats/syrian-archive.js';
import { notBegun, runImport, survey } from './run-import.js';
import { InquestClient } from './sending/inquest-client.js';

let dir = '';
let server: Server;
let status = 500;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'inquest-import-'));
  await writeFile(join(dir, 'incidents.json'), '[{"incident_code":"X1"}]');
  await writeFile(join(dir, 'token'), 'secret');
  server = createServer((request, response) => {
    request.resume();
    response.writeHead(request.url === '/livez' ? 200 : status).end('{"title":"Not now"}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  server.close();
  await rm(dir, { recursive: true });
});

const path = () => join(dir, 'incidents.json');
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const importing = (...options: readonly string[]) =>
  inquest([
    'import',
    'syrian-archive',
    path(),
    '--url',
    url(),
    '--token-file',
    join(dir, 'token'),
    ...options,
  ]);

test('a record over which the server fails is neither taken nor rejected', async () => {
  status = 500;
  const { stdout, exitCode } = await importing('--json');
  expect([exitCode, JSON.parse(stdout)]).toEqual([
    3,
    expect.objectContaining({
      records: { inFile: 1, read: 1, taken: 0, takenInPart: 0, rejected: 0, unknown: 1 },
      rejected: [],
      unknown: [
        { line: 1, recordId: 'X1', part: 'incident', reason: 'Not now' },
        { line: 1, recordId: 'X1', part: 'allegation', reason: 'Not now' },
      ],
    }),
  ]);
});

test('a file that is not the one that was read at first ends the import', async () => {
  status = 400;
  const input = { format: syrianArchive, path: path(), encoding: 'utf-8', asOf: '' };
  const client = new InquestClient({ url: url(), token: 'secret' });
  const surveyed = await survey(input);
  await runImport(input, surveyed, client, 1, notBegun(), () => undefined);
  const changed = runImport(input, { ...surveyed, sha256: 'f00' }, client, 1, notBegun(), () => undefined);
  await expect(changed).rejects.toThrow('was changed while it was imported');
});

const full = '/dev/full';
const fullDisk = existsSync(full)
  ? ({ available: true } as const)
  : ({ available: false, reason: 'this system has no /dev/full' } as const);
describeWith(fullDisk, 'a report', () => {
  test('on a full disk is a clear error', async () => {
    status = 400;
    const { stderr, exitCode } = await importing('--report', full);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining(`The report ${full} cannot be written: ENOSPC`),
    ]);
  });
});
