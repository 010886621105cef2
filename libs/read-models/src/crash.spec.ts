import { asOwner, eventStoreDatabaseOn } from '../../../test/support/event-store-database.js';
import { type Office, openOffice } from '../../../test/support/office.js';
import { privatePostgres } from '../../../test/support/postgres.js';
import * as sample from '../../../test/support/sample-commands.js';
import { asked } from '../../../test/support/views.js';
import { inMemoryEventStore } from '#event-sourcing';
import { caseBoardList } from './case-board.js';
import { projections, ReadModels } from './read-models.js';
import { parseStatistics } from './statistics-parameters.js';

const names = projections.map(({ name }) => name);

test('a PostgreSQL killed while it takes in events comes back to the same views, each event counted once', async () => {
  const server = await privatePostgres();
  const database = await eventStoreDatabaseOn(server);
  const store = inMemoryEventStore();
  let interruptions = 0;
  const models = await ReadModels.open({
    ...{ url: database.appUrl, ownerUrl: database.ownerUrl, store },
    observe: { interrupted: () => (interruptions += 1) },
  });
  models.start();
  const { ask } = openOffice(store);
  const settled = async () => models.waitFor(names, await store.head(), 50_000);
  for (let round = 0; round < 3; round += 1) {
    for (let n = 0; n < 40; n += 1) await work(ask, `R-${round}-${n}`);
    await models.waitFor(['case_board'], BigInt(round * 40 * eventsEach + 20), 50_000);
    const before = interruptions;
    await server.kill9();
    await server.restart();
    await settled();
    expect(interruptions).toBeGreaterThan(before);
  }
  const position = await store.head();
  expect(position).toBe(BigInt(3 * 40 * eventsEach));
  const { answer } = await models.queries.investigations(asked(caseBoardList, { limit: '200' }), {
    position,
  });
  expect(answer.items).toHaveLength(120);
  expect(answer.items.every(({ counts, revision }) => counts.members === 1 && revision === 2)).toBe(true);
  const { answer: counted } = await models.queries.statistics(parseStatistics({}));
  const victims = { harm: 'killed', figures: 120, min: 3 * 120, best: 4 * 120, max: 6 * 120 };
  expect(counted.groups).toEqual([
    { group: {}, incidents: 120, victims: [expect.objectContaining(victims)] },
  ]);
  expect(await models.faults()).toEqual([]);
  // Every view, row by row, is what the log makes of it from the first event on.
  const live = await contentsOf(database.ownerUrl);
  for (const name of names) await models.rebuild(name);
  expect(await contentsOf(database.ownerUrl)).toEqual(live);
  await models.stop();
  await server.stop();
}, 150_000);

const eventsEach = 7;

/** A case with an allegation, an incident and an item: something for every view. */
async function work(ask: Office['ask'], reference: string): Promise<void> {
  const digests = [{ algorithm: 'sha-256', value: 'e'.repeat(64) }];
  await ask('FileAllegation', sample.allegation({ summary: reference }));
  const incident = await ask('RecordIncident', sample.incident({ title: reference }));
  await ask('AssessVictims', sample.victims(), incident.id);
  const item = await ask('RegisterEvidence', sample.evidence({ exhibitNumber: reference, digests }));
  const { id } = await ask('OpenInvestigation', sample.investigation({ reference }));
  await ask('AssignMember', { member: 'a.novak', duty: 'Analyst' }, id);
  await ask('LinkEvidence', { evidenceId: item.id, relevance: 'Shows the road' }, id);
}

/** Every row of every table of every view, as text. */
async function contentsOf(ownerUrl: string): Promise<string[]> {
  const contents: string[] = [];
  await asOwner(ownerUrl, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname = ANY ($1) ORDER BY 1`,
      [names],
    );
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(
        `SELECT t::text AS row FROM ${name} t ORDER BY t::text`,
      );
      contents.push(...rows.map(({ row }) => `${name} ${row}`));
    }
  });
  return contents;
}
