import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresEventStore, type PostgresEventStore } from '#event-store-postgres';
import { projections, ReadModels } from '#read-models';
import {
  asOwner,
  eventStoreDatabase,
  type EventStoreDatabase,
} from '../../../../test/support/event-store-database.js';
import { openOffice } from '../../../../test/support/office.js';
import * as sample from '../../../../test/support/sample-commands.js';
import { inquest } from '../../../../test/support/run-cli.js';
import { lineOf } from './report.js';

let database: EventStoreDatabase;
let store: PostgresEventStore;
let models: ReadModels;
let dataDir: string;
beforeAll(async () => {
  database = await eventStoreDatabase();
  store = postgresEventStore({ url: database.appUrl });
  models = await ReadModels.open({ url: database.appUrl, ownerUrl: database.ownerUrl, store });
  models.start();
  const { ask } = openOffice(store);
  for (let n = 0; n < 3; n += 1)
    await ask('OpenInvestigation', sample.investigation({ reference: `R-${n}` }));
  await models.waitFor(
    projections.map(({ name }) => name),
    await store.head(),
    20_000,
  );
  dataDir = await mkdtemp(join(tmpdir(), 'inquest-cli-'));
  const connection = { postgresUrl: database.appUrl, postgresOwnerUrl: database.ownerUrl };
  await writeFile(join(dataDir, 'connection.json'), JSON.stringify(connection));
});
afterAll(async () => {
  await models.stop();
  await store.close();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

test('list says where every projection is, for people and for programs', async () => {
  const table = await inquest(['projections', 'list', '--data', dataDir]);
  expect(table).toMatchObject({ exitCode: 0, stderr: '' });
  expect(table.stdout).toMatch(
    /^PROJECTION +POSITION +LAG +BEHIND +PARKED +RATE\ncase_board +3 +0 +0 s +0 +\d+\/s\n/,
  );
  const { stdout } = await inquest(['projections', 'list', '--json', '--data', dataDir]);
  expect(JSON.parse(stdout)).toEqual(
    projections.map(({ name }) => expect.objectContaining({ name, position: '3', lag: '0', parked: 0 })),
  );
});

test('rebuild and retry work on the servers that the environment names', async () => {
  const environment = {
    INQUEST_POSTGRES_URL: database.appUrl,
    INQUEST_POSTGRES_OWNER_URL: database.ownerUrl,
  };
  const rebuilt = await inquest(['projections', 'rebuild', 'case_board', '--json'], environment);
  expect(rebuilt.exitCode).toBe(0);
  expect(JSON.parse(rebuilt.stdout)).toMatchObject({
    projection: 'case_board',
    position: '3',
    events: 3,
    parked: 0,
  });
  expect(JSON.parse(rebuilt.stdout)).toMatchObject({
    continuedFrom: '0',
    comparison: { position: '3', tables: [{ table: 'cases', liveRows: 3, rebuiltRows: 3, isSame: true }] },
  });
  const retried = await inquest(['projections', 'retry', 'case_board'], environment);
  expect(retried).toMatchObject({ exitCode: 0, stdout: 'Events processed: 0, still parked: 0\n' });
});

test('a rebuild says that the rows that served were wrong, and what was replaced can serve again or be dropped', async () => {
  await asOwner(database.ownerUrl, (client) =>
    client.query(`UPDATE case_board.cases SET title = 'tampered' WHERE reference = 'R-1'`),
  );
  const rebuilt = await inquest(['projections', 'rebuild', 'case_board', '--data', dataDir]);
  expect(rebuilt).toMatchObject({ exitCode: 4, stderr: '' });
  expect(rebuilt.stdout).toMatch(
    /\nTHE ROWS THAT SERVED WERE WRONG at position 3; .*\nTABLE +ROWS THAT SERVED +ROWS REBUILT\ncases +3 +3\n/,
  );
  const [list, back] = await Promise.all([
    inquest(['projections', 'list', '--data', dataDir]),
    inquest(['projections', 'switch-back', 'case_board', '--json', '--data', dataDir]),
  ]);
  expect(list.stdout).toMatch(
    /\ncase_board_old +3 .*\n\ncase_board_old was replaced: `switch-back case_board`/,
  );
  expect(JSON.parse(back.stdout)).toEqual({ projection: 'case_board', position: '3', parked: 0 });
  expect(await inquest(['projections', 'drop-old', 'case_board', '--data', dataDir])).toMatchObject({
    exitCode: 0,
    stdout: 'case_board_old is dropped\n',
  });
  expect(await models.faults()).toEqual([]);
});

test('parked events make themselves heard by the exit code', async () => {
  await asOwner(database.ownerUrl, async (client) => {
    await client.query(
      `INSERT INTO projections.parked (projection, position, stream, revision, event_id, type, fault)
       SELECT 'case_board', position, stream, revision, event_id, type, 'planted' FROM inquest.events WHERE position = 3`,
    );
    await client.query(`UPDATE projections.checkpoints SET parked = 1 WHERE name = 'case_board'`);
  });
  const { exitCode, stdout } = await inquest(['projections', 'list', '--data', dataDir]);
  expect(exitCode).toBe(3);
  expect(stdout).toMatch(
    /\n\nPARKED IN +STREAM +REVISION +TYPE +EVENTS +FAULT\ncase_board +investigation-\S+ +0 +InvestigationOpened +1 +planted\n$/,
  );
  const asJson = await inquest(['projections', 'list', '--json', '--data', dataDir]);
  expect(JSON.parse(asJson.stdout)[0]).toMatchObject({
    name: 'case_board',
    parked: 1,
    parkedStreams: [{ revision: 0, type: 'InvestigationOpened', fault: 'planted', parked: 1 }],
  });
  expect(await inquest(['projections', 'retry', 'case_board', '--data', dataDir])).toMatchObject({
    exitCode: 0,
    stdout: 'Events processed: 1, still parked: 0\n',
  });
});

test('what cannot be done is said in one line', async () => {
  const unknown = await inquest(['projections', 'rebuild', 'nothing', '--data', dataDir]);
  expect(unknown.exitCode).toBe(1);
  expect(unknown.stderr).toMatch(/Allowed choices are case_board/);
  const nowhere = await inquest(['projections', 'list', '--data', join(dataDir, 'missing')]);
  expect(nowhere.exitCode).toBe(1);
  expect(nowhere.stderr).toMatch(/^inquest: cannot read .*connection\.json: start Inquest/);
  const half = await inquest(['projections', 'list'], { INQUEST_POSTGRES_URL: database.appUrl });
  expect(half.stderr).toMatch(/INQUEST_POSTGRES_OWNER_URL is needed/);
});

test('progress says how far, how fast and how long yet, from where it went on, and what else it does', () => {
  const at = { position: 250n, head: 1_000n, eventsPerSecond: 125 };
  expect(lineOf(at)).toBe('position 250 of 1000 (25 %), 125 events/s, about 6 s left');
  expect(lineOf({ ...at, doing: 'copying', continuedFrom: 200n })).toBe(
    'position 250 of 1000 (25 %), gone on with from 200, 125 events/s, about 6 s left',
  );
  expect(lineOf({ ...at, doing: 'comparing', continuedFrom: 0n })).toBe(
    'position 250 of 1000 (25 %), comparing with the rows that serve',
  );
});
