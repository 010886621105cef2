import { Compile } from 'typebox/compile';
import * as sample from '../../../test/support/sample-commands.js';
import { asked, openViews, type Views } from '../../../test/support/views.js';
import { evidenceList } from './evidence-register.js';
import { evidenceItem } from './evidence-relations.js';

let views: Views;
beforeAll(async () => {
  views = await openViews();
});
afterAll(() => views.close());

const register = async (query: Record<string, string> = {}) => {
  await views.settled();
  const { answer } = await views.models.queries.evidence(asked(evidenceList, query));
  for (const item of answer.items) expect([...Compile(evidenceItem).Errors(item)]).toEqual([]);
  return answer.items;
};

test('an item shows its seal, its assessments, its restrictions and rulings', async () => {
  const { ask } = views.office;
  const { id } = await ask('RegisterEvidence', sample.evidence());
  await ask('SealEvidence', { content: 'declared' }, id);
  await ask(
    'AssessAuthenticity',
    { outcome: 'disputed', methods: ['Shadow analysis'], by: { kind: 'own' } },
    id,
  );
  await ask('RestrictEvidence', restriction, id);
  await ask('RecordAdmissibilityRuling', ruling, id);
  const [shown] = await register({ exhibitNumber: 'RVM-V-001' });
  expect(shown).toMatchObject({
    id,
    sealed: { content: 'declared' },
    authenticity: [{ outcome: 'disputed', assessor: 'p.keller', by: 'own' }],
    restrictions: [{ kind: 'leadOnly', provider: 'Partner agency' }],
    leadOnly: true,
    rulings: [{ decision: 'excluded' }],
  });
  expect(await register({ leadOnly: 'true', authenticity: 'disputed', sealed: 'true' })).toHaveLength(1);
  expect(await register({ leadOnly: 'false' })).toEqual([]);
});
const restriction = {
  kind: 'leadOnly',
  provider: 'Partner agency',
  permits: [],
  legalBasis: 'Agreement of 2024, article 3',
};
const ruling = { forum: 'Regional Court', proceeding: 'R 12/25', decision: 'excluded', ground: 'Lead only' };

test('the register says which other items hold the same content', async () => {
  const { ask } = views.office;
  const digests = [{ algorithm: 'sha-256', value: 'b'.repeat(64) }];
  const copy = await ask('RegisterEvidence', sample.evidence({ exhibitNumber: 'B-1', digests }));
  const twin = await ask('RegisterEvidence', sample.evidence({ exhibitNumber: 'B-2', digests }));
  const found = await register({ digest: 'b'.repeat(64) });
  expect(found.map(({ sameContent }) => sameContent)).toEqual([
    [{ id: twin.id, exhibitNumber: 'B-2' }],
    [{ id: copy.id, exhibitNumber: 'B-1' }],
  ]);
});

test('of a content that very many items hold the first are shown, and how many there are', async () => {
  const { ask } = views.office;
  for (let n = 10; n < 35; n += 1)
    await ask('RegisterEvidence', sample.evidence({ exhibitNumber: `D-${n}`, digests: digestsOf('d') }));
  const [first] = await register({ exhibitNumber: 'D-10' });
  expect(first?.sameContent.map(({ exhibitNumber }) => exhibitNumber)).toEqual(
    Array.from({ length: 20 }, (_, n) => `D-${n + 11}`),
  );
  expect(first?.sameContentCount).toBe(24);
});

test('the cases an item is linked to follow linking, reassessing and unlinking', async () => {
  const { ask } = views.office;
  const item = await ask(
    'RegisterEvidence',
    sample.evidence({ exhibitNumber: 'C-1', digests: digestsOf('c') }),
  );
  const { id } = await ask('OpenInvestigation', sample.investigation());
  const cases = async () => (await register({ exhibitNumber: 'C-1' }))[0]?.investigations;
  await ask('LinkEvidence', { evidenceId: item.id, relevance: 'Shows the road' }, id);
  expect(await cases()).toMatchObject([{ id, bearing: 'unreviewed', relevance: 'Shows the road' }]);
  await ask('ReassessBearing', { evidenceId: item.id, to: 'incriminating', reason: 'Insignia seen' }, id);
  expect(await cases()).toMatchObject([{ id, bearing: 'incriminating' }]);
  expect(await register({ investigation: id })).toHaveLength(1);
  await ask('UnlinkEvidence', { evidenceId: item.id, reason: 'Another road' }, id);
  expect(await cases()).toEqual([]);
});
const digestsOf = (letter: string) => [{ algorithm: 'sha-256', value: letter.repeat(64) }];
