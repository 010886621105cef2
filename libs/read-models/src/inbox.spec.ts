import { Compile } from 'typebox/compile';
import * as sample from '../../../test/support/sample-commands.js';
import { asked, openViews, seesEverything, type Views } from '../../../test/support/views.js';
import { ownInstitution, useCases } from '#domain';
import { inboxItem, inboxList } from './inbox.js';
import { inboxActions } from './inbox-items.js';

let views: Views;
beforeAll(async () => {
  // Now, because an approval can only be waited for until it expires.
  views = await openViews({ officeFrom: Date.now() - 60_000 });
});
afterAll(() => views.close());

const somebody = (person: string, over: object = {}) => ({
  ...seesEverything,
  people: [person],
  person,
  ...over,
});
type InboxReader = ReturnType<typeof somebody>;

async function inboxOf(reader: string | InboxReader, query: Record<string, string> = {}, of = views) {
  await of.settled();
  const parameters = asked(inboxList, { limit: '200', ...query });
  const asking = typeof reader === 'string' ? somebody(reader) : reader;
  const { answer } = await of.models.queries.inbox({ ...parameters, reader: asking });
  for (const item of answer.items) expect([...Compile(inboxItem).Errors(item)]).toEqual([]);
  return answer.items;
}
/** What waits on one stream. */
const waiting = async (id: string, reader: string | InboxReader = 'second', query = {}) =>
  (await inboxOf(reader, query)).filter(({ subject }) => subject.stream.endsWith(id));
const kindsOn = async (id: string, reader?: string | InboxReader) =>
  (await waiting(id, reader)).map(({ kind }) => kind);

const ask: Views['office']['ask'] = (...asking) => views.office.ask(...asking);
const opened = async (over = {}) => (await ask('OpenInvestigation', sample.investigation(over))).id;
const registered = async (over = {}) => (await ask('RegisterEvidence', sample.evidence(over))).id;
const newWitness = async () => (await ask('RegisterWitness', sample.witness())).id;
const dayFromNow = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const closing = { ground: 'insufficientEvidence', reason: 'Nobody could be identified' };

/** The approval that waits on a stream, given by a second person. */
async function approve(id: string) {
  const [item] = await waiting(id);
  const { action = '', requestId, digest } = item ?? {};
  await ask(action, { ...(requestId === undefined ? {} : { requestId }), digest }, id, 'second');
}

test('what settles is a use case', () => {
  const names = useCases.map(({ name }) => name);
  expect(inboxActions.filter((action) => !names.includes(action))).toEqual([]);
});

describe('an approval', () => {
  test('waits for others than whoever asked, with what it needs, until it is given', async () => {
    const id = await opened({ reference: 'R-1' });
    await ask('RequestClosure', closing, id);
    expect(await waiting(id)).toEqual([
      {
        id: expect.any(String),
        kind: 'approval',
        title: 'Closure of case R-1',
        subject: { stream: `investigation-${id}`, path: `/v1/investigations/${id}` },
        action: 'ApproveClosure',
        requestId: expect.any(String),
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
        since: expect.any(String),
        due: expect.any(String),
        askedBy: 'p.keller',
      },
    ]);
    expect(await waiting(id, 'p.keller')).toEqual([]);
    await approve(id);
    expect(await waiting(id)).toEqual([]);
  });

  test('waits for nobody who acts for whoever asked, nor through whom it was asked', async () => {
    const id = await opened();
    await ask('RequestClosure', closing, id);
    const portal = (person: string) => somebody(person, { people: ['portal', person] });
    expect(await waiting(id, portal('second'))).toHaveLength(1);
    expect(await waiting(id, portal('p.keller'))).toEqual([]);
    expect(await waiting(id, somebody('second', { people: ['p.keller', 'second'] }))).toEqual([]);
  });

  test('waits for those only whose roles permit it', async () => {
    const id = await opened();
    await ask('RequestClosure', closing, id);
    expect(await waiting(id, somebody('second', { mayDo: ['ApproveClosure'] }))).toHaveLength(1);
    expect(await waiting(id, somebody('second', { mayDo: ['ApproveErasure', 'AcceptCustody'] }))).toEqual([]);
  });

  test('is replaced by a newer request, and lapses when what it binds has changed', async () => {
    const id = await opened();
    await ask('RequestClosure', closing, id);
    const [first] = await waiting(id);
    await ask('RequestClosure', { ...closing, ground: 'notACrime' }, id);
    const [newer, ...others] = await waiting(id);
    expect(others).toEqual([]);
    expect(newer?.requestId).not.toBe(first?.requestId);
    await ask('SuspendInvestigation', { reason: 'The partner is silent' }, id);
    expect(await waiting(id)).toEqual([]);
  });

  test('waits for nobody with a conflict of interest in the case, and not where whoever asked has one', async () => {
    const id = await opened();
    await ask('RequestClosure', closing, id);
    await ask('DeclareConflict', { reason: 'Kin' }, id, 'second');
    expect(await waiting(id)).toEqual([]);
    expect(await waiting(id, 'third')).toHaveLength(1);
    expect(await inboxOf('second', { investigation: id })).toEqual([]);
    await ask('DeclareConflict', { reason: 'Kin' }, id);
    expect(await waiting(id, 'third')).toEqual([]);
  });

  test('for an item that favours the defence names it, for another bearing and for leaving the case', async () => {
    const id = await opened({ reference: 'R-2' });
    const evidenceId = await registered();
    await ask('LinkEvidence', { evidenceId, relevance: 'The road' }, id);
    await ask('ReassessBearing', { evidenceId, to: 'exculpatory', reason: 'An alibi' }, id);
    await ask('RequestReassessment', { evidenceId, to: 'context', reason: 'No alibi' }, id);
    const about = { stream: `evidence-${evidenceId}`, path: `/v1/evidence/${evidenceId}` };
    expect(await waiting(id)).toMatchObject([{ action: 'ApproveReassessment', about }]);
    await approve(id);
    await ask('ReassessBearing', { evidenceId, to: 'mitigating', reason: 'After all' }, id);
    await ask('RequestUnlink', { evidenceId, reason: 'Another village' }, id);
    expect(await waiting(id)).toMatchObject([
      { action: 'ApproveUnlink', about, title: 'An item of evidence leaves case R-2' },
    ]);
    await ask('SuspendInvestigation', { reason: 'The partner is silent' }, id);
    expect(await waiting(id)).toEqual([]);
    await ask('ResumeInvestigation', { reason: 'An answer' }, id);
    await approve(id);
    expect(await waiting(id)).toEqual([]);
  });

  test('of a quarantine and of an erasure waits without saying more than exhibit and pseudonym', async () => {
    const evidenceId = await registered({ exhibitNumber: 'X-7' });
    const upload = {
      digest: sample.evidence().digests[0],
      digests: sample.evidence().digests,
      length: 4,
      mediaType: 'video/mp4',
      blocks: { bytes: 1_048_576, digest: 'b'.repeat(64) },
    };
    await ask('StoreContent', upload, evidenceId);
    await ask('ReportBreach', { kind: 'missing' }, evidenceId);
    const resolution = { outcome: 'acknowledged', reason: 'The disk is lost' };
    await ask('RequestQuarantineResolution', resolution, evidenceId);
    expect(await waiting(evidenceId)).toMatchObject([
      { action: 'ApproveQuarantineResolution', title: 'End of quarantine of exhibit X-7: acknowledged' },
    ]);
    await approve(evidenceId);
    expect(await waiting(evidenceId)).toEqual([]);
    const witnessId = await newWitness();
    await ask('RequestErasure', { reason: 'At the wish of the witness' }, witnessId);
    const [erasure] = await waiting(witnessId);
    expect(erasure).toMatchObject({ action: 'ApproveErasure', title: expect.stringMatching(/ W-\w{8} /) });
    expect(JSON.stringify(erasure)).not.toContain('wish');
    await approve(witnessId);
    expect(await waiting(witnessId)).toEqual([]);
  });

  test('of a referral waits with its case, until it is given or the draft is withdrawn', async () => {
    const investigationId = await opened();
    const nothing = { evidence: [], witnesses: [], incidents: [], allegations: [] };
    const draft = { investigationId, recipient: 'Chamber A', legalBasis: 'Article 4', ...nothing };
    const { id } = await ask('DraftReferral', draft);
    const [item] = await inboxOf('second', { investigation: investigationId });
    expect(item).toMatchObject({ action: 'ApproveReferral', title: 'Referral to Chamber A' });
    expect(item?.requestId).toBeUndefined();
    await approve(id);
    expect(await waiting(id)).toEqual([]);
    const another = await ask('DraftReferral', { ...draft, recipient: 'Chamber B' });
    await ask('WithdrawReferral', { reason: 'Too early' }, another.id);
    expect(await waiting(another.id)).toEqual([]);
  });
});

describe('a flagged referral', () => {
  const concern = { reason: 'The archive doubts the place' };
  let id: string;
  const flags = async () => (await waiting(id)).filter(({ kind }) => kind === 'flag');
  beforeEach(async () => {
    const investigationId = await opened();
    const nothing = { evidence: [], witnesses: [], incidents: [], allegations: [] };
    const draft = { investigationId, recipient: 'Chamber C', legalBasis: 'Article 4', ...nothing };
    ({ id } = await ask('DraftReferral', draft));
  });

  test('waits until somebody has looked, and leaves the reason where it was given', async () => {
    await ask('FlagReferral', concern, id);
    const [flag, ...others] = await flags();
    expect(others).toEqual([]);
    expect(flag).toMatchObject({ action: 'ClearFlag', subject: { path: `/v1/referrals/${id}` } });
    expect(flag?.title).toBe('Referral to Chamber C, flagged: concern');
    await ask('ClearFlag', { flagId: flag?.flagId, reason: 'Two accounts agree' }, id);
    expect(await flags()).toEqual([]);
  });

  test('waits to be asked back once it was sent', async () => {
    await approve(id);
    await ask('TransmitReferral', { channel: 'courier' }, id);
    await ask('FlagReferral', concern, id);
    expect(await flags()).toMatchObject([{ action: 'RequestReturn' }]);
    await ask('RequestReturn', { reason: 'Another place' }, id);
    expect(await flags()).toEqual([]);
  });
});

describe('custody', () => {
  const offer = (subject: string, over = {}) => ({
    to: { kind: 'staff', subject },
    purpose: 'Storage in the vault',
    ...over,
  });

  test('waits for the person it is offered to, until the offer is settled', async () => {
    const id = await registered({ exhibitNumber: 'X-8' });
    await ask('OfferCustody', offer('clerk', { expectedBy: dayFromNow(3) }), id);
    const item = { kind: 'custodyOffer', action: 'AcceptCustody', title: 'Custody of exhibit X-8' };
    expect(await waiting(id, 'clerk')).toMatchObject([{ ...item, due: dayFromNow(3), askedBy: 'p.keller' }]);
    expect(await waiting(id, somebody('clerk', { people: ['portal', 'clerk'] }))).toHaveLength(1);
    for (const other of ['second', 'p.keller']) expect(await waiting(id, other)).toEqual([]);
    expect(await waiting(id, somebody('clerk', { mayDo: ['ApproveClosure'] }))).toEqual([]);
    const offerId = await offerOn(id);
    await ask('RefuseCustody', { offerId, reason: 'No room' }, id, 'clerk');
    expect(await waiting(id, 'clerk')).toEqual([]);
  });

  test('that is not taken over in time waits for whoever offers it, too', async () => {
    const id = await registered();
    await ask('OfferCustody', offer('clerk', { expectedBy: dayFromNow(-3) }), id);
    expect(await waiting(id, 'p.keller')).toMatchObject([{ kind: 'overdueOffer', action: 'WithdrawOffer' }]);
    expect(await kindsOn(id, 'clerk')).toEqual(['custodyOffer']);
    const offerId = await offerOn(id);
    await ask('WithdrawOffer', { offerId, reason: 'Kept here' }, id);
    for (const person of ['p.keller', 'clerk']) expect(await waiting(id, person)).toEqual([]);
  });

  async function offerOn(id: string): Promise<string> {
    let offerId = '';
    for await (const page of views.store.readStream(`evidence-${id}`))
      for (const { type, data } of page) if (type === 'CustodyOffered') offerId = JSON.parse(data).offerId;
    return offerId;
  }
});

describe('a witness', () => {
  const willing = { recipient: ownInstitution, purpose: 'interview', scope: ['statement'] };

  test('whose consent runs out within 30 days waits, until one for the same goes on longer', async () => {
    const id = await newWitness();
    await ask('GiveConsent', { ...willing, until: dayFromNow(20) }, id);
    expect(await waiting(id)).toMatchObject([
      { kind: 'consentEnding', action: 'GiveConsent', due: dayFromNow(20) },
    ]);
    expect(await waiting(id, somebody('second', { mayDo: ['AssessRisk'] }))).toEqual([]);
    await ask('GiveConsent', { ...willing, until: dayFromNow(400) }, id);
    expect(await waiting(id)).toEqual([]);
  });

  test('whose risk is to be assessed within 30 days waits, until it is assessed', async () => {
    const id = await newWitness();
    const risk = { level: 'high', threats: ['killing'] };
    await ask('AssessRisk', { ...risk, reviewBy: dayFromNow(200) }, id);
    expect(await waiting(id)).toEqual([]);
    await ask('AssessRisk', { ...risk, reviewBy: dayFromNow(10) }, id);
    expect(await waiting(id)).toMatchObject([
      { kind: 'riskReview', action: 'AssessRisk', due: dayFromNow(10) },
    ]);
    await ask('AssessRisk', { ...risk, reviewBy: dayFromNow(90) }, id);
    expect(await waiting(id)).toEqual([]);
  });

  test('who is erased waits for nothing', async () => {
    const id = await newWitness();
    await ask('GiveConsent', { ...willing, until: dayFromNow(20) }, id);
    await ask('AssessRisk', { level: 'high', threats: [], reviewBy: dayFromNow(10) }, id);
    await ask('RequestErasure', { reason: 'No more' }, id);
    expect(new Set(await kindsOn(id))).toEqual(new Set(['consentEnding', 'riskReview', 'approval']));
    const [erasure] = await waiting(id, 'second', { kind: 'approval' });
    const { requestId, digest } = erasure ?? {};
    await ask('ApproveErasure', { requestId, digest }, id, 'second');
    expect(await waiting(id)).toEqual([]);
  });
});

test('what is due first comes first, and is found by the day before which it is due, its case and its words', async () => {
  const investigationId = await opened();
  const evidenceId = await registered({ exhibitNumber: 'FOUND-9' });
  await ask('LinkEvidence', { evidenceId, relevance: 'The road' }, investigationId);
  const to = { kind: 'staff', subject: 'reader' };
  await ask('OfferCustody', { to, purpose: 'Storage', expectedBy: dayFromNow(2) }, evidenceId);
  await ask('RequestClosure', closing, investigationId);
  const found = async (query: Record<string, string>) =>
    (await inboxOf('reader', { investigation: investigationId, ...query })).map(({ kind }) => kind);
  expect(await found({})).toEqual(['custodyOffer', 'approval']);
  expect(await found({ sort: '-since' })).toEqual(['approval', 'custodyOffer']);
  expect(await found({ due: dayFromNow(3) })).toEqual(['custodyOffer']);
  expect(await found({ due: dayFromNow(2) })).toEqual([]);
  expect(await found({ kind: 'approval' })).toEqual(['approval']);
  expect(await found({ q: 'found-9' })).toEqual(['custodyOffer']);
  expect(
    await inboxOf(somebody('reader', { readsCases: false }), { investigation: investigationId }),
  ).toEqual([]);
});

test('what is over by time waits no more, an approval or a consent, and a review that is late waits still', async () => {
  const earlier = await openViews();
  const { id } = await earlier.office.ask('OpenInvestigation', sample.investigation());
  await earlier.office.ask('RequestClosure', closing, id);
  const { id: witnessId } = await earlier.office.ask('RegisterWitness', sample.witness());
  const consent = { recipient: ownInstitution, purpose: 'interview', scope: ['statement'] };
  await earlier.office.ask('GiveConsent', { ...consent, until: '2025-03-20' }, witnessId);
  await earlier.office.ask('AssessRisk', { level: 'high', threats: [], reviewBy: '2025-03-20' }, witnessId);
  expect((await inboxOf('second', {}, earlier)).map(({ kind }) => kind)).toEqual(['riskReview']);
  await earlier.close();
});

test('a rebuild gives the same inbox', async () => {
  const before = await inboxOf('second');
  expect(before.length).toBeGreaterThan(0);
  await views.models.rebuild('inbox');
  expect(await inboxOf('second')).toEqual(before);
});
