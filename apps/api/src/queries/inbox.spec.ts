import { examples } from '#domain';
import { type ApiSuite, apiSuite, type RunningApi } from '../../../../test/support/api.js';
import { client, type Client, memberAt } from '../../../../test/support/api-client.js';

let suite: ApiSuite;
let running: RunningApi;
beforeAll(async () => {
  suite = await apiSuite();
  running = await suite.start();
});
afterAll(() => suite.end());

const as = (user: string): Client => client(running, suite, user);
const subjectOf = (user: string) => suite.issuer.users.find(({ key }) => key === user)?.subject;

/** What waits for a user who has seen a position. */
async function inbox(user: string, position: string, query = ''): Promise<unknown[]> {
  const answer = await as(user).get(`/v1/inbox${query}`, { 'inquest-position': position });
  const items = answer.at('items');
  if (answer.status !== 200 || !Array.isArray(items)) throw new Error(answer.text);
  return items;
}

test('one person asks, another sees it, approves with what the inbox says, and it is gone', async () => {
  const { id } = await as('Prosecutor').command('/v1/investigations', examples.OpenInvestigation);
  const path = `/v1/investigations/${id}`;
  const closing = { ground: 'insufficientEvidence', reason: 'Nobody could be identified' };
  const { position } = await as('SupervisingProsecutor').command(`${path}/request-closure`, closing);
  for (const user of ['SupervisingProsecutor', 'Prosecutor', 'Auditor'])
    expect(await inbox(user, position)).toEqual([]);
  const [item, ...others] = await inbox('SupervisingProsecutor2', position, `?investigation=${id}`);
  expect(others).toEqual([]);
  expect(item).toMatchObject({
    kind: 'approval',
    action: 'ApproveClosure',
    subject: { stream: `investigation-${id}`, path },
    askedBy: subjectOf('SupervisingProsecutor'),
  });
  const approval = { requestId: memberAt(item, ['requestId']), digest: memberAt(item, ['digest']) };
  const approved = await as('SupervisingProsecutor2').command(`${path}/approve-closure`, approval);
  expect(await inbox('SupervisingProsecutor2', approved.position)).toEqual([]);
});

test('custody waits for the person it is offered to', async () => {
  const { id } = await as('EvidenceCustodian').command('/v1/evidence', examples.RegisterEvidence);
  const path = `/v1/evidence/${id}`;
  const to = { kind: 'staff', subject: subjectOf('EvidenceCustodian2') };
  const { position } = await as('EvidenceCustodian').command(`${path}/offer-custody`, {
    to,
    purpose: 'Storage',
  });
  expect(await inbox('EvidenceCustodian', position)).toEqual([]);
  expect(await inbox('Prosecutor', position)).toEqual([]);
  expect(await inbox('EvidenceCustodian2', position, '?kind=custodyOffer')).toMatchObject([
    { action: 'AcceptCustody', subject: { path } },
  ]);
});

test('a referral waits at its address', async () => {
  const { id } = await as('Prosecutor').command('/v1/investigations', examples.OpenInvestigation);
  const draft = {
    investigationId: id,
    recipient: 'Chamber A',
    legalBasis: 'Agreement on judicial cooperation, article 4',
    evidence: [],
    witnesses: [],
    incidents: [],
    allegations: [],
  };
  const drafted = await as('Prosecutor').command('/v1/referrals', draft);
  const [item] = await inbox('DisclosureOfficer', drafted.position, '?q=chamber');
  expect(memberAt(item, ['subject', 'path'])).toBe(`/v1/referrals/${drafted.id}`);
  const path = String(memberAt(item, ['subject', 'path']));
  const { position } = await as('DisclosureOfficer').command(`${path}/approve-referral`, {
    digest: memberAt(item, ['digest']),
  });
  expect(await inbox('DisclosureOfficer', position)).toEqual([]);
});

test.each(['IntakeOfficer', 'Verifier', 'ServiceConsumer', 'Administrator'])(
  'there is none for those for whom nothing can wait: %s',
  async (user) => expect((await as(user).get('/v1/inbox')).status).toBe(403),
);
