import { type ApiSuite, apiSuite, type RunningApi } from '../../../../test/support/api.js';
import { type Answered, client, type Client, memberAt } from '../../../../test/support/api-client.js';
import { restingReferral, type RestingReferral } from '../../../../test/support/resting-referrals.js';

// A witness thinks better of it: whoever answers for a referral that rests on the consent is told, and nothing goes out.

let suite: ApiSuite;
let running: RunningApi;
beforeAll(async () => {
  suite = await apiSuite();
  running = await suite.start();
});
afterAll(() => suite.end());

const as = (user: string): Client => client(running, suite, user);
const paths: Readonly<Record<string, readonly [user: string, path: (id: string) => string]>> = {
  OpenInvestigation: ['Prosecutor', () => '/v1/investigations'],
  RegisterWitness: ['WitnessProtectionOfficer', () => '/v1/witnesses'],
  GiveConsent: ['WitnessProtectionOfficer', (id) => `/v1/witnesses/${id}/give-consent`],
  RecordInterview: ['Prosecutor', (id) => `/v1/witnesses/${id}/record-interview`],
  DraftReferral: ['Prosecutor', () => '/v1/referrals'],
};
const ask: Parameters<typeof restingReferral>[0] = (useCase, command, id = '') => {
  const [user, path] = paths[useCase] ?? ['', () => ''];
  return as(user).command(path(id), command);
};

const referralAt = ({ referralId }: RestingReferral) => `/v1/referrals/${referralId}`;
const approve = async (of: RestingReferral): Promise<Answered> => {
  const drafted = await as('DisclosureOfficer').get(referralAt(of));
  return as('DisclosureOfficer').post(`${referralAt(of)}/approve-referral`, {
    digest: drafted.at('manifestHash'),
  });
};

/** The witness takes back what was consented to, and the process has followed. Gives the flag as the tracker shows it. */
async function withdrawn({ witnessId, investigationId }: RestingReferral): Promise<unknown> {
  const officer = as('WitnessProtectionOfficer');
  const [consentId] = Object.keys(Object((await officer.get(`/v1/witnesses/${witnessId}`)).at('consents')));
  await officer.command(`/v1/witnesses/${witnessId}/withdraw-consent`, { consentId });
  let flag: unknown;
  await suite.until(async () => {
    const query = `?investigation=${investigationId}&flagged=true`;
    const tracked = await as('SupervisingProsecutor').get(`/v1/referrals${query}`);
    flag = tracked.at('items', 0, 'flags', 0);
    return flag !== undefined;
  });
  return flag;
}

async function inbox(user: string, { investigationId }: RestingReferral): Promise<unknown> {
  const position = String(await running.store.head());
  const query = `?kind=flag&investigation=${investigationId}`;
  return (await as(user).get(`/v1/inbox${query}`, { 'inquest-position': position })).at('items');
}

test('a draft is held back until a person has looked at it', async () => {
  const resting = await restingReferral(ask);
  const flag = await withdrawn(resting);
  const raisedBy = 'urn:inquest:process:withdrawn-consents';
  expect(flag).toMatchObject({ ground: 'consentWithdrawn', raisedBy });
  const flagId = memberAt(flag, ['flagId']);
  const path = referralAt(resting);
  for (const user of ['Prosecutor', 'SupervisingProsecutor', 'DisclosureOfficer'])
    expect(await inbox(user, resting)).toMatchObject([{ flagId, action: 'ClearFlag', subject: { path } }]);
  expect(await inbox('WitnessProtectionOfficer', resting)).toEqual([]);

  const held = await approve(resting);
  expect([held.status, held.at('code')]).toEqual([409, 'referral-flagged']);
  const history = await as('Prosecutor').get(`/v1/investigations/${resting.investigationId}/timeline`);
  expect(history.text).toContain(
    `Referral flagged: witness-${resting.witnessId} withdrew a consent that it may rest on`,
  );

  await as('Prosecutor').command(`${path}/clear-flag`, { flagId, reason: 'Sent without what was said' });
  expect(await inbox('Prosecutor', resting)).toEqual([]);
  expect((await approve(resting)).status).toBe(200);
});

test('what was sent is not delivered any more, and its return is to be asked for', async () => {
  const resting = await restingReferral(ask);
  expect((await approve(resting)).status).toBe(200);
  const path = referralAt(resting);
  await as('Prosecutor').command(`${path}/transmit-referral`, { channel: 'courier' });
  await withdrawn(resting);
  expect(await inbox('DisclosureOfficer', resting)).toMatchObject([{ action: 'RequestReturn' }]);
  await as('Prosecutor').command(`${path}/request-return`, { reason: 'The witness withdrew the consent' });
  expect(await inbox('DisclosureOfficer', resting)).toEqual([]);
});
