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

const upload = (letter: string) => ({
  digest: { algorithm: 'sha-256', value: letter.repeat(64) },
  digests: digestsOf(letter),
  length: 42,
  blocks: { bytes: 1_048_576, digest: 'e'.repeat(64) },
  mediaType: 'video/mp4',
});
const shownBy = async (exhibitNumber: string) => (await register({ exhibitNumber }))[0];
const registerOne = (exhibitNumber: string, letter: string, subject?: string) =>
  views.office.ask(
    'RegisterEvidence',
    sample.evidence({ exhibitNumber, digests: digestsOf(letter) }),
    undefined,
    subject,
  );

test('an item shows who holds it, to whom it is offered, and who holds it then', async () => {
  const { ask } = views.office;
  const { id } = await registerOne('E-1', '1', 'c.mora');
  expect(await shownBy('E-1')).toMatchObject({ custodian: { kind: 'staff', subject: 'c.mora' } });
  const to = { kind: 'organisation', organisation: 'Forensic Laboratory' };
  const purpose = 'Extraction of the memory';
  await ask('OfferCustody', { to, purpose, expectedBy: '2025-03-04' }, id, 'c.mora');
  const [offered] = await register({ offeredTo: 'Forensic Laboratory', custodian: 'c.mora' });
  expect(offered).toMatchObject({
    id,
    openOffer: {
      from: { kind: 'staff', subject: 'c.mora' },
      to,
      purpose,
      expectedBy: '2025-03-04',
      offeredBy: 'c.mora',
    },
  });
  const receipt = { receipt: 'Receipt L-204', digests: digestsOf('1') };
  await ask('AcceptCustody', { offerId: offered?.openOffer?.offerId, ...receipt }, id, 'p.keller');
  const [held] = await register({ custodian: 'Forensic Laboratory' });
  expect(held).toMatchObject({ id, custodian: to });
  expect(held?.openOffer).toBeUndefined();
  expect(await register({ offeredTo: 'Forensic Laboratory' })).toEqual([]);
});

test('an item shows its content, its working copies and what became of their integrity', async () => {
  const { ask } = views.office;
  const { id } = await registerOne('F-1', '2');
  expect(await shownBy('F-1')).toMatchObject({ integrity: { content: 'none', checks: 0 }, copyCount: 0 });
  await ask('StoreContent', upload('2'), id);
  await ask('CheckIntegrity', {}, id);
  await ask('DeriveWorkingCopy', copying, id);
  const copyId = (await shownBy('F-1'))?.copies[0]?.copyId;
  await ask('StoreContent', { ...upload('3'), copyId }, id);
  await ask('ReportBreach', { copyId, kind: 'missing' }, id);
  expect(await shownBy('F-1')).toMatchObject({
    integrity: {
      content: 'held',
      length: 42,
      mediaType: 'video/mp4',
      checks: 1,
      intact: true,
      quarantined: false,
    },
    breaches: [{ copyId, kind: 'missing', by: 'download' }],
    copies: [{ copyId, purpose: 'redaction', content: 'held', intact: false, quarantined: true }],
    copyCount: 1,
  });
  const found = async (query: Record<string, string>) => (await register(query)).map((item) => item.id);
  expect(await found({ breached: 'true' })).toEqual([id]);
  expect(await found({ quarantined: 'true' })).toEqual([]);
  await ask('ReportBreach', { kind: 'missing' }, id);
  expect(await found({ quarantined: 'true' })).toEqual([id]);
  const resolving = { outcome: 'acknowledged', reason: 'No other copy exists' };
  const { stream, revision } = await ask('RequestQuarantineResolution', resolving, id, 'c.mora');
  for await (const [event] of views.store.readStream(stream, { from: revision })) {
    const { requestId, digest } = JSON.parse(event?.data ?? '{}');
    await ask('ApproveQuarantineResolution', { requestId, digest }, id, 'p.keller');
  }
  expect(await found({ impaired: 'true', quarantined: 'false' })).toEqual([id]);
  expect(await shownBy('F-1')).toMatchObject({ integrity: { impaired: true, quarantined: false } });
});
const copying = {
  purpose: 'redaction',
  tool: 'Cutter',
  parameters: 'Frames 1 to 400',
  digests: digestsOf('3'),
  operatorId: '7d6f2c1a-54b0-4e0f-9a51-0c6f1f6b1d17',
  derivedAt: '2025-02-25',
};

test('what was not checked for longest comes first, what was never checked before it', async () => {
  const { ask } = views.office;
  const letters = { 'G-1': '4', 'G-2': '5', 'G-3': '6' };
  const ids: Record<string, string> = {};
  for (const [exhibitNumber, letter] of Object.entries(letters)) {
    const { id } = await registerOne(exhibitNumber, letter, 'g.sweep');
    await ask('StoreContent', upload(letter), id);
    ids[exhibitNumber] = id;
  }
  await registerOne('G-4', '7', 'g.sweep');
  await ask('CheckIntegrity', {}, ids['G-3']);
  await ask('CheckIntegrity', {}, ids['G-1']);
  const sweep = { custodian: 'g.sweep', content: 'held', sort: 'checkedAt' };
  expect((await register(sweep)).map(({ exhibitNumber }) => exhibitNumber)).toEqual(['G-2', 'G-3', 'G-1']);
  await views.settled();
  const first = await views.models.queries.evidence(asked(evidenceList, { ...sweep, limit: '1' }));
  const next = await register({ ...sweep, limit: '1', cursor: first.answer.next ?? '' });
  expect([first.answer.items[0], next[0]].map((item) => item?.exhibitNumber)).toEqual(['G-2', 'G-3']);
  expect((await register({ ...sweep, content: 'none' })).map(({ exhibitNumber }) => exhibitNumber)).toEqual([
    'G-4',
  ]);
});
