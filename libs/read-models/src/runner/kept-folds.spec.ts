import { Pool } from 'pg';
import * as sample from '../../../../test/support/sample-commands.js';
import { openViews, type Views } from '../../../../test/support/views.js';
import { caseBoard } from '../case-board.js';
import { decoder } from '../domain-events.js';
import { differencesIn } from './compare.js';
import { KeptFolds } from './kept-folds.js';
import { rebuild } from './rebuild.js';

describe('folds of a rebuild', () => {
  let views: Views;
  beforeAll(async () => {
    views = await openViews();
    const { ask } = views.office;
    const cases: string[] = [];
    for (let n = 0; n < 12; n += 1)
      cases.push((await ask('OpenInvestigation', sample.investigation({ reference: `R-${n}` }))).id);
    for (let round = 0; round < 4; round += 1)
      for (const [n, id] of cases.entries())
        if (round % (1 + (n % 3)) === 0)
          await ask('AssignMember', { member: `m-${round}`, duty: 'Analyst' }, id);
    await views.settled();
  });
  afterAll(() => views.close());

  test.each([
    ['all are kept', { batchEventsMax: 100, stretchEventsMax: 100, keptEventsMax: 1_000 }],
    ['few are', { batchEventsMax: 3, stretchEventsMax: 20, keptEventsMax: 8 }],
    ['none is', { batchEventsMax: 3, stretchEventsMax: 20, keptEventsMax: 0 }],
    ['each batch is a transaction', { batchEventsMax: 2, stretchEventsMax: 2, keptEventsMax: 8 }],
  ])('give the rows of the live view when %s', async (_, bounds) => {
    const { store, ownerUrl } = views;
    const owner = new Pool({ connectionString: ownerUrl });
    const faults: Error[] = [];
    const takenApart = (why: Error) => void faults.push(why);
    const { comparison, parked } = await rebuild(caseBoard, { owner, store, decoder, bounds, takenApart });
    await owner.end();
    expect(parked).toBe(0);
    expect(faults).toEqual([]);
    expect(comparison).toMatchObject({ tables: [{ table: 'cases', liveRows: 12 }] });
    expect(differencesIn(comparison)).toEqual([]);
  });
});

const fold = (id: string, revision: number) => ({ id, revision });

test('the longest unused go first, and are written as they are then', async () => {
  const written: string[] = [];
  const write = async (folds: readonly { id: string; revision: number }[]) =>
    void written.push(...folds.map(({ id, revision }) => `${id} ${revision}`));
  const kept = new KeptFolds(4);
  const first = fold('first', 0);
  await kept.keep('table', [first, fold('second', 0)], write);
  first.revision = 1;
  expect(kept.get('table', 'first')).toBe(first);
  expect(kept.get('other', 'first')).toBeUndefined();
  await kept.keep('table', [first], write);
  expect(written).toEqual([]);
  await kept.flush();
  expect(written.splice(0)).toEqual(['second 0', 'first 1']);
  await kept.flush();
  expect(written).toEqual([]);
  await kept.keep('table', [fold('third', 4)], write);
  await kept.flush();
  expect(written).toEqual(['third 4']);
  expect(kept.get('table', 'first')).toBeUndefined();
});

test('what writing threw is heard of at the latest when all is flushed', async () => {
  const kept = new KeptFolds(0);
  await kept.keep('table', [fold('first', 0)], () => Promise.reject(new Error('refused')));
  await expect(kept.flush()).rejects.toThrow('refused');
});
