import { CaseReferred, referral, ReferralDrafted, witness, WitnessRegistered } from '#domain';
import { type Aggregate, derivedId, type DomainEvent, streamOf } from '#event-sourcing';
import { sealedSample } from '#event-sourcing/testing';
import { type ApiSuite, apiSuite, type RunningApi } from '../../../../test/support/api.js';
import { client } from '../../../../test/support/api-client.js';

// What decisions need to know from outside the log is looked at, and never guessed.

let suite: ApiSuite;
beforeAll(async () => {
  suite = await apiSuite();
});
afterAll(() => suite.end());

const witnessId = derivedId('witness');
const referralId = derivedId('referral');
const hash = 'ab'.repeat(32);
const recipient = 'Regional War Crimes Chamber';

async function record(api: RunningApi, of: Aggregate, id: string, ...events: DomainEvent[]): Promise<void> {
  const stream = streamOf(of.category, id);
  const actor = { subject: 'somebody', roles: [] };
  for (const [index, event] of events.entries()) {
    const commandId = derivedId('observed', stream, String(index));
    const ids = { commandId, correlationId: commandId, causationId: commandId };
    const metadata = JSON.stringify({ ...ids, commandHash: 'none', actor, compartments: [] });
    await api.store.append(stream, index - 1, [{ ...of.events.encode(event), id: commandId, metadata }]);
  }
}

test('a witness on whom a transmitted referral relies is not erased, nor anybody while nobody knows', async () => {
  const behind = await suite.start({ projects: false });
  await record(
    behind,
    witness,
    witnessId,
    WitnessRegistered({ pseudonym: 'W-7K3M9QXT', identity: sealedSample }),
  );
  await record(
    behind,
    referral,
    referralId,
    ReferralDrafted({
      subject: streamOf('investigation', derivedId('case')),
      recipient,
      legalBasis: 'Agreement on judicial cooperation, article 4',
      manifest: [{ stream: streamOf('witness', witnessId), revision: 0, digest: hash }],
      manifestHash: hash,
      expiresAt: '2025-03-31T12:00:00.000Z',
    }),
    CaseReferred({
      recipient,
      manifestHash: hash,
      channel: 'courier',
      transmittedAt: '2025-03-01T12:00:00.000Z',
    }),
  );
  const path = `/v1/witnesses/${witnessId}`;
  const officer = client(behind, suite, 'WitnessProtectionOfficer');
  await officer.command(`${path}/request-erasure`, { reason: 'The witness asks for it' });
  const asked = await officer.get(path);
  const [requested] = Object.entries(Object(asked.at('requests', 'erasures')));
  const [requestId, held] = requested ?? [];
  const approval = { requestId, digest: Object(held).digest };
  const approve = (api: RunningApi) =>
    client(api, suite, 'SupervisingProsecutor').post(`${path}/approve-erasure`, approval);

  const unknown = await approve(behind);
  expect([unknown.status, unknown.at('code'), unknown.at('tookEffect')]).toEqual([503, 'view-behind', 'no']);

  const running = await suite.start();
  const relied = await approve(running);
  expect([relied.status, relied.at('code')]).toEqual([409, 'witness-relied-upon']);
  expect(relied.at('detail')).toContain(referralId);

  const declined = { reason: 'Outside its jurisdiction' };
  await client(running, suite, 'Prosecutor').command(
    `/v1/referrals/${referralId}/decline-referral`,
    declined,
  );
  expect((await approve(running)).status).toBe(200);
});
