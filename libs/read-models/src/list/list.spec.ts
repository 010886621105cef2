import { asOwner } from '../../../../test/support/event-store-database.js';
import * as sample from '../../../../test/support/sample-commands.js';
import { asked, openViews, type Views } from '../../../../test/support/views.js';
import { caseBoardList } from '../case-board.js';
import { listDefinitions } from '../read-models.js';
import { InvalidCursor } from './cursor.js';
import { InvalidListParameters } from './definition.js';

let views: Views;
beforeAll(async () => {
  views = await openViews();
  for (let n = 0; n < 25; n += 1)
    await views.office.ask(
      'OpenInvestigation',
      sample.investigation({ reference: `R-${n}`, title: `Case ${n % 4}` }),
    );
  await views.settled();
});
afterAll(() => views.close());

const page = async (query: Record<string, string>) =>
  (await views.models.queries.investigations(asked(caseBoardList, query))).answer;

async function allPages(query: Record<string, string>): Promise<string[]> {
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { items, next } = await page({ ...query, ...(cursor === '' ? {} : { cursor }) });
    seen.push(...items.map(({ reference }) => reference));
    cursor = next;
  }
  return seen;
}

test.each(Object.keys(caseBoardList.sorts).flatMap((name) => [name, `-${name}`]))(
  'sorted by %s, every row comes once however small the pages',
  async (sort) => {
    const whole = (await page({ sort, limit: '200' })).items.map(({ reference }) => reference);
    expect(whole).toHaveLength(25);
    expect(await allPages({ sort, limit: '4' })).toEqual(whole);
  },
);

test('a cursor goes on after its row although that row is gone and others came', async () => {
  const first = await page({ sort: 'reference', limit: '5' });
  const last = first.items.at(-1);
  await views.office.ask('OpenInvestigation', sample.investigation({ reference: 'A-before' }));
  await views.settled();
  await asOwner(views.ownerUrl, (client) =>
    client.query('DELETE FROM case_board.cases WHERE id = $1', [last?.id]),
  );
  const second = await page({ sort: 'reference', limit: '5', cursor: first.next ?? '' });
  const references = [...first.items, ...second.items].map(({ reference }) => reference);
  const all = Array.from({ length: 25 }, (_, n) => `R-${n}`).toSorted();
  expect(references).toEqual(all.slice(0, 10));
  expect((await page({ q: `"${last?.reference}"` })).items).toEqual([]);
});

test('a cursor that is damaged, or belongs to another question, is refused', async () => {
  const { next } = await page({ sort: 'stageSince', limit: '1' });
  const cursor = next ?? '';
  const forged = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
  const [question] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  const wrong: Record<string, string>[] = [
    { sort: 'reference', cursor },
    { sort: 'stageSince', stage: 'opened', cursor },
    { sort: 'stageSince', cursor: cursor.slice(0, -4) },
    { sort: 'stageSince', cursor: 'AAAA' },
    { sort: 'stageSince', cursor: forged(question, 'not a time', '5f0c8f1e-2a51-4c6c-9b7a-0d9f7c1f3c11') },
    { sort: 'stageSince', cursor: forged(question, '2025-01-01 00:00:00+00', 'not an id') },
    { sort: 'stageSince', cursor: forged(question, '\0', 'x') },
    { sort: 'stageSince', cursor: forged(question, 1, 2) },
  ];
  for (const query of wrong) await expect(page(query)).rejects.toBeInstanceOf(InvalidCursor);
  await expect(page({ sort: 'stageSince', cursor })).resolves.toBeDefined();
});

test('parameters that are not of the list are refused, all at once', () => {
  const query = { limit: '0', sort: 'lead', stage: 'somewhere', colour: 'red', cursor: 'ä', q: '' };
  const faults = Object.keys(query).map((parameter) => expect.objectContaining({ parameter }));
  const parse = () => asked(caseBoardList, query);
  expect(parse).toThrow(InvalidListParameters);
  expect(parse).toThrow(expect.objectContaining({ faults }));
  for (const limit of ['201', '1.5', '1e2', 'x', ''])
    expect(() => asked(caseBoardList, { limit })).toThrow(InvalidListParameters);
});

test('a search with any punctuation is a search, not an error', async () => {
  for (const q of ['"', "'", 'case &', '!!', ':*', '-', '<->', '\\', 'case -0'])
    await expect(page({ q })).resolves.toBeDefined();
});

test('every sort and every filter of every list is understood by PostgreSQL', async () => {
  const { queries } = views.models;
  const id = '5f0c8f1e-2a51-4c6c-9b7a-0d9f7c1f3c11';
  const values: Record<string, string> = {
    from: '2025-01-01',
    until: '2025-01-02',
    country: 'XX',
    bbox: '1,1,2,2',
    digest: 'a'.repeat(64),
    language: 'en',
    recordedFrom: '2025-01-01T00:00:00Z',
    recordedUntil: '2025-01-01T00:00:00Z',
    stream: `incident-${id}`,
    about: `incident-${id}`,
    id,
    investigation: id,
    witness: id,
    evidence: id,
    mergedInto: id,
    reviewDue: '2025-01-01',
    due: '2025-01-01',
  };
  const ask = {
    investigations: queries.investigations,
    allegations: queries.allegations,
    incidents: queries.incidents,
    evidence: queries.evidence,
    referrals: queries.referrals,
    witnesses: queries.witnesses,
    timeline: queries.timeline,
    inbox: queries.inbox,
  };
  for (const definition of listDefinitions) {
    const run = Object.entries(ask).find(([name]) => name === definition.name)?.[1];
    const path = definition.filters.id?.fromPath ? { id } : undefined;
    expect(run).toBeDefined();
    for (const sort of Object.keys(definition.sorts)) await run?.(asked(definition, { sort }, path));
    const reader = {
      people: ['p.keller'],
      person: 'p.keller',
      mayDo: [],
      readsCases: false,
      readsRefusals: false,
      readsWitnesses: false,
      readsAccesses: false,
    };
    await run?.({ ...asked(definition, {}, path), reader });
    for (const [name, { schema, fromPath }] of Object.entries(definition.filters)) {
      if (fromPath) continue;
      const known = 'enum' in schema && Array.isArray(schema.enum) ? String(schema.enum[0]) : 'text';
      await run?.(asked(definition, { [name]: values[name] ?? known }, path));
    }
  }
});
