import { Compile } from 'typebox/compile';
import * as sample from '../../../test/support/sample-commands.js';
import { asked, openViews, seesEverything, type Views } from '../../../test/support/views.js';
import { referral, type Referral } from '#domain';
import { type DeepReadonly, derivedId, digestOf, stateAt } from '#event-sourcing';
import { referralItem, referralList } from './referral-tracker.js';

let views: Views;
beforeAll(async () => {
  views = await openViews();
});
afterAll(() => views.close());

const tracker = async (query: Record<string, string> = {}, reader = seesEverything) => {
  await views.settled();
  const { answer } = await views.models.queries.referrals({ ...asked(referralList, query), reader });
  for (const item of answer.items) expect([...Compile(referralItem).Errors(item)]).toEqual([]);
  return answer.items;
};

/** A case with an item, and a referral of both. */
async function drafted(recipient: string) {
  const { ask } = views.office;
  const { id: investigationId } = await ask('OpenInvestigation', sample.investigation());
  const { id: evidenceId } = await ask('RegisterEvidence', sample.evidence());
  await ask('LinkEvidence', { evidenceId, relevance: 'Shows the road' }, investigationId);
  const draft = {
    investigationId,
    recipient,
    legalBasis: 'Agreement on judicial cooperation, article 4',
    evidence: [{ evidenceId, content: false }],
    witnesses: [],
    incidents: [],
    allegations: [],
  };
  const { id } = await ask('DraftReferral', draft);
  return { id, investigationId, evidenceId };
}

async function stateOf(id: string): Promise<DeepReadonly<Referral>> {
  const loaded = await stateAt(views.store, referral, id, { revision: 0 });
  if (!loaded) throw new Error('there is no such referral');
  return loaded.state;
}

const approve = async (id: string) =>
  views.office.ask('ApproveReferral', { digest: (await stateOf(id)).manifestHash }, id, 'second');

test('a referral is tracked from its draft to what became of it', async () => {
  const { ask } = views.office;
  const { id, investigationId } = await drafted('Chamber A');
  expect(await tracker({ recipient: 'chamber a' })).toMatchObject([
    { id, investigationId, status: 'drafted', entries: 2, draftedBy: 'p.keller', outcomes: [] },
  ]);
  await approve(id);
  const [approved] = await tracker({ investigation: investigationId });
  expect(approved).toMatchObject({ status: 'approved', approvedAt: expect.any(String) });
  expect(approved?.expiresAt).toBeDefined();
  await ask('TransmitReferral', { channel: 'courier' }, id);
  const [sent] = await tracker({ status: 'transmitted' });
  expect(sent).toMatchObject({ id, transmittedAt: expect.any(String), daysWaiting: 0 });
  expect(sent?.expiresAt).toBeUndefined();
  await ask('AcknowledgeReferral', { reference: 'RWC 7/25' }, id);
  await ask('ReportOutcome', { outcome: 'investigationOpened', summary: 'File 7' }, id);
  await ask('ReportOutcome', { outcome: 'convicted', summary: 'Two of three accused' }, id);
  const [reported] = await tracker({ recipient: 'Chamber A' });
  expect(reported).toMatchObject({ status: 'acknowledged', recipientReference: 'RWC 7/25' });
  expect(reported?.outcomes.map(({ outcome }) => outcome)).toEqual(['investigationOpened', 'convicted']);
  expect(reported?.daysWaiting).toBeUndefined();
});

test('it shows what has to be looked at until it is cleared', async () => {
  const { ask } = views.office;
  const { id, investigationId } = await drafted('Chamber F');
  const found = (flagged: string) => tracker({ investigation: investigationId, flagged });
  expect(await found('true')).toEqual([]);
  await ask('FlagReferral', { reason: 'The archive doubts the place' }, id, 'd.olive');
  const [item] = await found('true');
  const [flag] = item?.flags ?? [];
  expect(item?.flags).toEqual([
    {
      flagId: expect.any(String),
      ground: 'concern',
      reason: 'The archive doubts the place',
      raisedBy: 'd.olive',
      raisedAt: item?.changedAt,
    },
  ]);
  await ask('ClearFlag', { flagId: flag?.flagId, reason: 'Two accounts agree' }, id);
  expect(await found('true')).toEqual([]);
  expect(await found('false')).toMatchObject([{ id, flags: [] }]);
});

test('it is found by what it hands on', async () => {
  const { id, evidenceId } = await drafted('Chamber B');
  expect((await tracker({ evidence: evidenceId })).map((item) => item.id)).toEqual([id]);
  expect(await tracker({ evidence: derivedId('nothing') })).toEqual([]);
});

test('who declared a conflict of interest in the case sees none of its referrals, nor who reads no cases', async () => {
  const { investigationId } = await drafted('Chamber C');
  await views.office.ask('DeclareConflict', { reason: 'A relative' }, investigationId, 'vega');
  const query = { investigation: investigationId };
  expect(await tracker(query)).toHaveLength(1);
  expect(await tracker(query, { ...seesEverything, people: ['portal', 'vega'] })).toEqual([]);
  expect(await tracker(query, { ...seesEverything, readsCases: false })).toEqual([]);
});

test("a case's timeline shows its referrals", async () => {
  const { investigationId } = await drafted('Chamber D');
  await views.settled();
  const { timelineList } = await import('./case-timeline.js');
  const { answer } = await views.models.queries.timeline(asked(timelineList, {}, { id: investigationId }));
  expect(answer.items.map(({ line }) => line)).toContain('Referral to Chamber D drafted, 2 entries');
});

describe('a referral relies on a witness', () => {
  const witnessId = derivedId('witness');
  const relying = async () => {
    const head = await views.store.head();
    const { answer } = await views.models.queries.transmittedReferralsRelyingOn(witnessId, {
      position: head,
    });
    return answer;
  };

  test('from when it is sent until it is declined or asked back', async () => {
    const { ask } = views.office;
    const declined = await sentWith(witnessId);
    const returned = await sentWith(witnessId);
    expect(await relying()).toEqual([declined, returned]);
    expect((await tracker({ witness: witnessId })).map(({ id }) => id)).toHaveLength(2);
    expect(await tracker({ witness: witnessId }, { ...seesEverything, readsWitnesses: false })).toEqual([]);
    await ask('DeclineReferral', { reason: 'No capacity' }, declined);
    expect(await relying()).toEqual([returned]);
    await ask('RequestReturn', { reason: 'The law there changed' }, returned);
    expect(await relying()).toEqual([]);
  });

  /** As the log holds it: these tests are not about what may be sent. */
  async function sentWith(witness: string): Promise<string> {
    const { id } = await drafted('Chamber E');
    const sent = derivedId('sent', id);
    const { manifestHash: _, ...state } = await stateOf(id);
    const entry = { stream: `witness-${witness}`, revision: 0, digest: digestOf('what was said') };
    const { subject, recipient, legalBasis, manifest, expiresAt } = state;
    const hash = digestOf(manifest);
    await append(sent, 'ReferralDrafted', {
      ...{ subject, recipient, legalBasis, expiresAt, manifestHash: hash },
      manifest: [...manifest, entry],
    });
    const transmittedAt = '2025-03-01T12:00:00.000Z';
    await append(sent, 'CaseReferred', { recipient, manifestHash: hash, channel: 'courier', transmittedAt });
    return sent;
  }

  async function append(id: string, type: string, data: object): Promise<void> {
    const stream = `referral-${id}`;
    const commandId = derivedId(stream, type);
    const actor = { subject: 'somebody', roles: [] };
    const ids = { commandId, correlationId: commandId, causationId: commandId };
    const metadata = JSON.stringify({ ...ids, commandHash: 'none', actor, compartments: [] });
    const revision = type === 'ReferralDrafted' ? -1 : 0;
    const encoded = referral.events.encode({ type, data });
    await views.store.append(stream, revision, [{ ...encoded, id: commandId, metadata }]);
  }
});
