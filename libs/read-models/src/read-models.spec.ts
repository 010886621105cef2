import { DataSource } from 'typeorm';
import { postgresEventStore } from '#event-store-postgres';
import {
  AllegationRow,
  CaseRow,
  EvidenceRow,
  InboxRow,
  IncidentRow,
  ReferralRow,
  TimelineRow,
} from './index.js';
import { asOwner, eventStoreDatabase } from '../../../test/support/event-store-database.js';
import { openOffice } from '../../../test/support/office.js';
import { sharing } from '../../../test/support/resting-referrals.js';
import * as sample from '../../../test/support/sample-commands.js';
import { asked, openViews, type Views } from '../../../test/support/views.js';
import { caseBoardList } from './case-board.js';
import { projections, ReadModels, UnknownProjection } from './read-models.js';

const names = projections.map(({ name }) => name);

describe('a history of every kind', () => {
  let views: Views;
  beforeAll(async () => {
    views = await openViews();
    for (let n = 0; n < 12; n += 1) await workOn(views, n);
    await views.settled();
  });
  afterAll(() => views.close());

  test.each(names)('%s is the same after a rebuild, row by row', async (name) => {
    const before = await contentsOf(views.ownerUrl, name);
    expect(before.length).toBeGreaterThan(0);
    const seen: bigint[] = [];
    const outcome = await views.models.rebuild(name, {
      progress: ({ position }) => seen.push(position),
    });
    expect(outcome).toMatchObject({ position: await views.store.head(), parked: 0 });
    expect(seen.at(-1)).toBe(outcome.position);
    expect(await contentsOf(views.ownerUrl, name)).toEqual(before);
  });

  test('a rebuilt view goes on from where it is', async () => {
    await views.models.rebuild('case_board');
    await views.office.ask('OpenInvestigation', sample.investigation({ reference: 'after' }));
    await views.settled();
    const { answer } = await views.models.queries.investigations(
      asked(caseBoardList, { reference: 'after' }),
    );
    expect(answer.items).toHaveLength(1);
  });

  test('the status of all is at the head, without lag or fault', async () => {
    const head = await views.store.head();
    for (const status of await views.models.status())
      expect(status).toMatchObject({ position: head, lag: 0n, lagSeconds: 0, parked: 0 });
    expect(await views.models.faults()).toEqual([]);
    await expect(views.models.rebuild('nothing')).rejects.toBeInstanceOf(UnknownProjection);
  });

  test('the indexes that a projection reads by are there, under their names', async () => {
    const readBy = projections.flatMap(({ name, readsBy = [] }) =>
      readsBy.map((index) => `${name}.${index}`),
    );
    await asOwner(views.ownerUrl, async (client) => {
      const { rows } = await client.query<{ index: string }>(
        `SELECT schemaname || '.' || indexname AS index FROM pg_indexes`,
      );
      expect(rows.map(({ index }) => index)).toEqual(expect.arrayContaining(readBy));
    });
  });

  test('a rebuild makes every index and every generated column again', async () => {
    const madeIn = async (): Promise<unknown[]> => {
      let made: unknown[] = [];
      await asOwner(views.ownerUrl, async (client) => {
        const { rows } = await client.query<object>(
          `SELECT indexdef AS made FROM pg_indexes WHERE schemaname = 'allegation_inbox'
           UNION ALL SELECT table_name || '.' || column_name || ' ' || coalesce(generation_expression, '')
           FROM information_schema.columns WHERE table_schema = 'allegation_inbox' ORDER BY 1`,
        );
        made = rows;
      });
      return made;
    };
    const before = await madeIn();
    expect(before.length).toBeGreaterThan(20);
    await views.models.rebuild('allegation_inbox');
    expect(await madeIn()).toEqual(before);
  });

  test('the entities have the columns that the migrations made', async () => {
    const entities = [CaseRow, AllegationRow, IncidentRow, EvidenceRow, ReferralRow, InboxRow, TimelineRow];
    const dataSource = new DataSource({
      type: 'postgres',
      url: views.ownerUrl,
      entities,
      installExtensions: false,
    });
    await dataSource.initialize();
    for (const { schema, tableName, columns } of dataSource.entityMetadatas) {
      const made = await dataSource.query<{ column_name: string; is_nullable: string; data_type: string }[]>(
        'SELECT column_name, is_nullable, data_type FROM information_schema.columns WHERE (table_schema, table_name) = ($1, $2)',
        [schema, tableName],
      );
      for (const { databaseName, isNullable, isArray, type } of columns) {
        const column = made.find(({ column_name }) => column_name === databaseName);
        expect({ tableName, databaseName, isNullable: column?.is_nullable === 'YES' }).toEqual({
          tableName,
          databaseName,
          isNullable,
        });
        const types = { timestamptz: 'timestamp with time zone' };
        expect(column?.data_type).toBe(isArray ? 'ARRAY' : type === 'timestamptz' ? types.timestamptz : type);
      }
    }
    await dataSource.destroy();
  });
});

test('on the PostgreSQL store: what a command answered is found by its position, in another process too', async () => {
  const database = await eventStoreDatabase();
  const store = postgresEventStore({ url: database.appUrl });
  const projecting = await ReadModels.open({ url: database.appUrl, ownerUrl: database.ownerUrl, store });
  const reading = await ReadModels.open({ url: database.appUrl, store });
  projecting.start();
  const { ask } = openOffice(store);
  for (let n = 0; n < 20; n += 1) {
    const { position } = await ask('OpenInvestigation', sample.investigation({ reference: `R-${n}` }));
    const parameters = asked(caseBoardList, { reference: `R-${n}` });
    const { answer, position: shown } = await reading.queries.investigations(parameters, { position });
    expect(answer.items).toHaveLength(1);
    expect(shown).toBeGreaterThanOrEqual(position);
  }
  await projecting.stop();
  await reading.stop();
  await store.close();
  await database.drop();
});

test('migrating again, also at the same time, changes nothing', async () => {
  const database = await eventStoreDatabase();
  const store = postgresEventStore({ url: database.appUrl });
  const open = () => ReadModels.open({ url: database.appUrl, ownerUrl: database.ownerUrl, store });
  const models = await Promise.all([open(), open(), open()]);
  models.push(await open());
  await asOwner(database.ownerUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>('SELECT name FROM projections.migrations');
    expect(rows).toHaveLength(2 + projections.flatMap(({ migrations }) => migrations).length);
  });
  await Promise.all(models.map((each) => each.stop()));
  await store.close();
  await database.drop();
});

/** Every row of every table of a schema, as text. */
async function contentsOf(ownerUrl: string, schema: string): Promise<string[]> {
  const contents: string[] = [];
  await asOwner(ownerUrl, async (client) => {
    const { rows: tables } = await client.query<{ tablename: string }>(
      'SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY tablename',
      [schema],
    );
    for (const { tablename } of tables) {
      const { rows } = await client.query<{ row: string }>(
        `SELECT t::text AS row FROM ${schema}.${tablename} t ORDER BY t::text`,
      );
      contents.push(...rows.map(({ row }) => `${tablename} ${row}`));
    }
  });
  return contents;
}

/** What was recorded is corrected, verified, merged and taken apart again. */
async function changeItsMind(
  { office: { ask } }: Pick<Views, 'office'>,
  n: number,
  { allegation, incident }: { allegation: string; incident: string },
): Promise<void> {
  const period = { start: '2025-01-30', end: '2025-02-02', precision: 'day' };
  const corrected = { period, title: `Incident ${n}, corrected` };
  await ask('CorrectIncident', { corrected, reason: 'Misread' }, incident);
  const changes = { summary: `Report ${n}, revised` };
  await ask('ReviseAllegation', { changes, sourceVersion: 'second' }, allegation);
  await ask('BeginVerification', {}, incident, 'v.lind');
  const outcome = ['refuted', 'unsubstantiated', 'inconclusive'][n % 3];
  await ask('AssessVerification', { outcome, method: 'Read all', basis: [] }, incident, 'v.lind');
  const again = await ask('RecordIncident', sample.incident({ title: `Incident ${n} again` }));
  await ask('AssessVictims', sample.victims({ harm: 'injured' }), again.id);
  await ask('MergeIncident', { into: incident, reason: 'The same' }, again.id);
  if (n % 2 === 0) await ask('ReverseMerge', { reason: 'Another day' }, again.id);
  if (n % 3 === 1) {
    await ask('UnlinkAllegation', { incidentId: incident, reason: 'Another place' }, allegation);
    await ask('WithdrawAllegation', { reason: 'The source was mistaken' }, allegation);
  }
}

/** A case with something of everything in it. */
async function workOn({ office: { ask } }: Views, n: number): Promise<void> {
  const digests = [{ algorithm: 'sha-256', value: String(n % 5).repeat(64) }];
  const allegation = await ask('FileAllegation', sample.allegation({ summary: `Report ${n}` }));
  await ask('TriageAllegation', { decision: 'accepted', reason: 'Specific' }, allegation.id);
  const incident = await ask('RecordIncident', sample.incident({ title: `Incident ${n}` }));
  await ask('LinkAllegation', { incidentId: incident.id, stance: 'supports' }, allegation.id);
  await ask('AssessVictims', sample.victims({ min: n, best: n, max: null }), incident.id);
  await ask('AssessVictims', sample.victims({ min: n + 1, best: undefined, max: null }), incident.id);
  const item = await ask('RegisterEvidence', sample.evidence({ exhibitNumber: `E-${n}`, digests }));
  await ask('SealEvidence', { content: 'declared' }, item.id);
  const { id } = await ask('OpenInvestigation', sample.investigation({ reference: `2025/${n}` }));
  await ask('AssignMember', { member: '__proto__', duty: 'Analyst' }, id);
  await ask('AcceptAllegation', { allegationId: allegation.id }, id);
  await ask('AttachIncident', { incidentId: incident.id }, id);
  await ask('LinkEvidence', { evidenceId: item.id, relevance: 'Shows the road' }, id);
  await ask('AdvanceInvestigation', { to: 'preliminaryExamination' }, id);
  await ask('ReassessBearing', { evidenceId: item.id, to: 'context', reason: 'Road only' }, id);
  if (n % 3 === 0) await ask('UnlinkEvidence', { evidenceId: item.id, reason: 'Another road' }, id);
  if (n % 4 === 0) await ask('DetachIncident', { incidentId: incident.id, reason: 'Elsewhere' }, id);
  await ask('DeclareConflict', { reason: 'Kin' }, id, 'c.olive');
  const witness = await ask('RegisterWitness', sample.witness());
  await ask('GiveConsent', sharing, witness.id);
  await changeItsMind({ office: { ask } }, n, { allegation: allegation.id, incident: incident.id });
}
