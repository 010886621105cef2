import { Compile } from 'typebox/compile';
import * as sample from '../../../test/support/sample-commands.js';
import { asOwner } from '../../../test/support/event-store-database.js';
import { asked, openViews, seesEverything, type Views } from '../../../test/support/views.js';
import { ownInstitution } from '#domain';
import { timelineList } from './case-timeline.js';
import { witnessItem, witnessList } from './witness-register.js';

let views: Views;
beforeAll(async () => {
  views = await openViews();
});
afterAll(() => views.close());

const register = async (query: Record<string, string> = {}, reader = seesEverything) => {
  await views.settled();
  const { answer } = await views.models.queries.witnesses({ ...asked(witnessList, query), reader });
  for (const item of answer.items) expect([...Compile(witnessItem).Errors(item)]).toEqual([]);
  return answer.items;
};
const idsOf = async (query: Record<string, string>) => (await register(query)).map(({ id }) => id);
const newWitness = async () => (await views.office.ask('RegisterWitness', sample.witness())).id;
const shown = async (id: string) => (await register({ limit: '200' })).find((item) => item.id === id);

const voluntary = { finding: 'voluntary', basis: 'At home' };
const account = { takenBy: 'River Valley Monitor', takenOn: '2025-02-14', voluntariness: voluntary };
const interviewer = '7d6f2c1a-54b0-4e0f-9a51-0c6f1f6b1d17';
const interview = (investigationId: string) => ({
  investigationId,
  capacity: 'witness',
  at: '2025-02-20',
  language: 'en',
  interviewerIds: [interviewer],
  rightsCaution: { given: false },
  counsel: { present: false },
});
const dayFromNow = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const willing = { recipient: ownInstitution, purpose: 'interview', scope: ['statement'] };

test('a witness is shown by the pseudonym, and found by it', async () => {
  const id = await newWitness();
  const item = await shown(id);
  expect(item).toMatchObject({
    origin: 'cameForward',
    consents: [],
    interviews: 0,
    plans: 0,
    priorAccounts: 0,
    erased: false,
  });
  expect(await idsOf({ q: item?.pseudonym ?? '' })).toEqual([id]);
  expect(await idsOf({ q: 'Example Person' })).toEqual([]);
});

test('neither who somebody is nor what it was sealed into stands in the rows', async () => {
  await newWitness();
  await views.settled();
  await asOwner(views.ownerUrl, async (client) => {
    const { rows } = await client.query<object>('SELECT * FROM witness_register.witnesses');
    const text = JSON.stringify(rows);
    for (const secret of ['Example', 'person@', 'ciphertext', 'dataKey']) expect(text).not.toContain(secret);
  });
});

test('risk and protection are shown as they are now, and whose review is due is found', async () => {
  const { ask } = views.office;
  const id = await newWitness();
  const assessed = { level: 'extreme', threats: ['killing'], reviewBy: '2025-03-20' };
  await ask('AssessRisk', assessed, id);
  await ask('OrderProtection', { level: 'relocation', measures: ['temporaryRelocation'] }, id);
  expect(await shown(id)).toMatchObject({
    risk: 'extreme',
    nextReview: '2025-03-20',
    protection: { level: 'relocation' },
  });
  expect(await idsOf({ risk: 'extreme', protection: 'relocation' })).toEqual([id]);
  expect(await idsOf({ reviewDue: '2025-03-20' })).toContain(id);
  expect(await idsOf({ reviewDue: '2025-03-19' })).not.toContain(id);
  await ask('LiftProtection', { reason: 'The witness wants none', atWitnessWish: true }, id);
  expect(await idsOf({ risk: 'extreme', protection: 'none' })).toEqual([id]);
});

test('consents are those in force when it is asked', async () => {
  const { ask } = views.office;
  const id = await newWitness();
  const consentIs = async () => {
    const found: string[] = [];
    for (const consent of ['inForce', 'ending', 'none'])
      if ((await idsOf({ consent, limit: '200' })).includes(id)) found.push(consent);
    return found;
  };
  await ask(
    'GiveConsent',
    { ...willing, purpose: 'sharing', givenAt: '2025-02-01', until: '2025-02-20' },
    id,
  );
  expect((await shown(id))?.consents).toEqual([]);
  expect(await consentIs()).toEqual(['none']);
  const soon = dayFromNow(10);
  await ask('GiveConsent', { ...willing, until: soon }, id);
  expect((await shown(id))?.consents).toMatchObject([
    { recipient: ownInstitution, purpose: 'interview', until: soon },
  ]);
  expect(await consentIs()).toEqual(['inForce', 'ending']);
  await ask('GiveConsent', { ...willing, purpose: 'testimony', until: dayFromNow(90) }, id);
  const [ending] = (await shown(id))?.consents ?? [];
  await ask('WithdrawConsent', { consentId: ending?.consentId }, id);
  expect(await consentIs()).toEqual(['inForce']);
});

test('statements are counted, with those that were recanted and those that are irregular', async () => {
  const { ask } = views.office;
  const id = await newWitness();
  const { id: caseId } = await ask('OpenInvestigation', sample.investigation());
  await ask('RecordPriorAccount', account, id);
  await ask('RecordInterview', interview(caseId), id);
  expect(await shown(id)).toMatchObject({ interviews: 1, priorAccounts: 1, recanted: 0, irregular: 1 });
  const accountId = await accountOf(id);
  await ask(
    'RecantStatement',
    { accountId, recantedOn: '2025-02-25', reason: 'It was another day', voluntariness: voluntary },
    id,
  );
  expect(await shown(id)).toMatchObject({ recanted: 1 });
});

test('the witnesses of a case are found, but by whoever declared a conflict of interest in it', async () => {
  const { ask } = views.office;
  const [planned, other] = [await newWitness(), await newWitness()];
  const { id: investigation } = await ask('OpenInvestigation', sample.investigation());
  await ask('GiveConsent', willing, planned);
  const plan = {
    investigationId: investigation,
    capacity: 'witness',
    plannedFor: '2025-03-20',
    interviewerIds: [interviewer],
    priorAccountsReviewed: [],
    purpose: 'The mill',
  };
  await ask('PlanInterview', plan, planned);
  expect(await shown(planned)).toMatchObject({ plans: 1, interviews: 0 });
  await ask('RecordInterview', interview(investigation), other);
  expect((await idsOf({ investigation })).toSorted()).toEqual([planned, other].toSorted());
  await ask('DeclareConflict', { reason: 'A relative' }, investigation, 'r.vega');
  const conflicted = { ...seesEverything, people: ['r.vega'] };
  expect(await register({ investigation }, conflicted)).toEqual([]);
  expect(await register({ investigation }, { ...seesEverything, readsCases: false })).toEqual([]);
});

test('the timeline of a case shows its witnesses, to those who may read witnesses', async () => {
  const { ask } = views.office;
  const witnessId = await newWitness();
  const { id } = await ask('OpenInvestigation', sample.investigation());
  await ask('RecordInterview', interview(id), witnessId);
  await views.settled();
  const types = async (readsWitnesses: boolean) => {
    const parameters = asked(timelineList, {}, { id });
    const reader = { ...seesEverything, readsWitnesses };
    const { answer } = await views.models.queries.timeline({ ...parameters, reader });
    return answer.items.map(({ type }) => type);
  };
  expect(await types(true)).toEqual(['WitnessRegistered', 'InvestigationOpened', 'WitnessInterviewed']);
  expect(await types(false)).toEqual(['InvestigationOpened']);
});

test('an erased witness stays, and is told', async () => {
  const { ask } = views.office;
  const id = await newWitness();
  await ask('RequestErasure', { reason: 'At the wish of the witness' }, id);
  const { requestId, digest } = await requestOf(id);
  await ask('ApproveErasure', { requestId, digest }, id, 'l.laurel');
  expect(await shown(id)).toMatchObject({ erased: true });
  expect(await idsOf({ erased: 'true' })).toEqual([id]);
});

/** The data of the newest event of a type that the witness has. */
async function newest(id: string, type: string): Promise<Record<string, unknown>> {
  let data = '{}';
  for await (const page of views.store.readStream(`witness-${id}`))
    data = page.findLast((event) => event.type === type)?.data ?? data;
  return JSON.parse(data);
}
async function requestOf(id: string) {
  const { requestId, digest } = await newest(id, 'ErasureRequested');
  return { requestId, digest };
}
async function accountOf(id: string): Promise<unknown> {
  const { accountId } = await newest(id, 'PriorAccountRecorded');
  return accountId;
}
