import { eventStoreDatabaseOn } from '../../../test/support/event-store-database.js';
import { openOffice } from '../../../test/support/office.js';
import { privatePostgres } from '../../../test/support/postgres.js';
import * as sample from '../../../test/support/sample-commands.js';
import { asked } from '../../../test/support/views.js';
import { inMemoryEventStore } from '#event-sourcing';
import { caseBoardList } from './case-board.js';
import { projections, ReadModels } from './read-models.js';

const names = projections.map(({ name }) => name);

test('a PostgreSQL killed while it takes in events comes back to the same views, each event counted once', async () => {
  const server = await privatePostgres();
  const database = await eventStoreDatabaseOn(server);
  const store = inMemoryEventStore();
  const models = await ReadModels.open({ url: database.appUrl, ownerUrl: database.ownerUrl, store });
  models.start();
  const { ask } = openOffice(store);
  const settled = async () => models.waitFor(names, await store.head(), 50_000);
  const references: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    for (let n = 0; n < 40; n += 1) {
      const reference = `R-${round}-${n}`;
      references.push(reference);
      const { id } = await ask('OpenInvestigation', sample.investigation({ reference }));
      await ask('AssignMember', { member: 'a.novak', duty: 'Analyst' }, id);
    }
    await models.waitFor(['case_board'], BigInt(round * 80 + 20), 50_000);
    await server.kill9();
    await server.restart();
    await settled();
  }
  const position = await store.head();
  const { answer } = await models.queries.investigations(asked(caseBoardList, { limit: '200' }), {
    position,
  });
  expect(new Set(answer.items.map(({ reference }) => reference))).toEqual(new Set(references));
  expect(answer.items.every(({ counts, revision }) => counts.members === 1 && revision === 1)).toBe(true);
  expect(await models.faults()).toEqual([]);
  await models.stop();
  await server.stop();
}, 120_000);
