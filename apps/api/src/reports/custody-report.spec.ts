import { createHash, randomBytes } from 'node:crypto';
import { type ApiSuite, apiSuite, type RunningApi } from '../../../../test/support/api.js';
import { type Client, client } from '../../../../test/support/api-client.js';
import { examples } from '#domain';

let suite: ApiSuite;
let running: RunningApi;
let custodian: Client;
let second: Client;
beforeAll(async () => {
  suite = await apiSuite();
  running = await suite.start();
  custodian = client(running, suite, 'EvidenceCustodian');
  second = client(running, suite, 'EvidenceCustodian2');
});
afterAll(() => suite.end());

const bytes = randomBytes(500);
const digest = { algorithm: 'sha-256', value: createHash('sha256').update(bytes).digest('hex') };
const subjectOf = (user: string) => suite.issuer.users.find(({ key }) => key === user)?.subject;

/** An item that came from elsewhere, was uploaded, and passed from one custodian to another. */
async function handedOver(): Promise<string> {
  const { id } = await custodian.command('/v1/evidence', {
    ...examples.RegisterEvidence,
    exhibitNumber: 'A<b>&"1"',
    digests: [digest],
    acquisition: {
      ...examples.RegisterEvidence.acquisition,
      method: 'transferFromPartner',
      priorCustody: [{ organisation: 'River Valley Monitor', from: '2025-02-12', until: '2025-02-15' }],
    },
  });
  const token = suite.issuer.tokens['EvidenceCustodian'];
  await fetch(`${running.url}/v1/evidence/${id}/content?fileName=drone%2017.mp4`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
    body: bytes,
  });
  await custodian.command(`/v1/evidence/${id}/offer-custody`, {
    to: { kind: 'staff', subject: subjectOf('EvidenceCustodian2') },
    purpose: 'Change of shift',
    place: 'Vault, shelf 3',
  });
  const item = await custodian.get(`/v1/evidence/${id}`);
  const offers: Record<string, unknown> = JSON.parse(item.text).offers;
  const [offerId] = Object.keys(offers);
  await second.command(`/v1/evidence/${id}/accept-custody`, { offerId, place: 'Vault, shelf 3' });
  return id;
}

test('names every holder, what is left open, and everything that was recorded', async () => {
  const id = await handedOver();
  const report = await custodian.get(`/v1/evidence/${id}/custody-report`);
  expect(report.at('periods')).toEqual([
    {
      holder: { kind: 'organisation', name: 'River Valley Monitor' },
      from: '2025-02-12',
      until: '2025-02-15',
      basis: 'stated',
    },
    {
      holder: { kind: 'person', name: examples.RegisterEvidence.acquisition.operatorId },
      from: '2025-02-22T10:00:00Z',
      until: expect.any(String),
      basis: 'stated',
    },
    {
      holder: { kind: 'staff', name: subjectOf('EvidenceCustodian') },
      from: expect.any(String),
      until: expect.any(String),
      basis: 'recorded',
    },
    {
      holder: { kind: 'staff', name: subjectOf('EvidenceCustodian2') },
      from: expect.any(String),
      basis: 'recorded',
    },
  ]);
  const gaps: { kind: string }[] = JSON.parse(report.text).gaps;
  expect(gaps.map(({ kind }) => kind)).toEqual(['nobodyStated', 'registeredLate']);
  expect(report.at('custodian')).toEqual({ kind: 'staff', subject: subjectOf('EvidenceCustodian2') });
  const entries: { type: string; says: string; by: string }[] = JSON.parse(report.text).entries;
  expect(entries.map(({ type }) => type)).toEqual([
    'EvidenceRegistered',
    'ContentStored',
    'CustodyOffered',
    'CustodyAccepted',
    'IntegrityChecked',
  ]);
  expect(entries[3]).toMatchObject({ by: subjectOf('EvidenceCustodian2') });
});

test('shows an open offer, and is itself on record as a reading', async () => {
  const id = await handedOver();
  await second.command(`/v1/evidence/${id}/offer-custody`, {
    to: { kind: 'organisation', organisation: 'Forensic Institute' },
    purpose: 'Extraction',
    expectedBy: '2025-03-01',
  });
  const report = await custodian.get(`/v1/evidence/${id}/custody-report`);
  expect(report.at('openOffer')).toMatchObject({
    to: { kind: 'organisation', organisation: 'Forensic Institute' },
    purpose: 'Extraction',
  });
  const gaps: { kind: string }[] = JSON.parse(report.text).gaps;
  expect(gaps.map(({ kind }) => kind)).toContain('offerOverdue');
  const [reading] = await running.store.readAll((await running.store.head()) - 1n, 1);
  expect(reading).toMatchObject({ stream: `access-${id}`, type: 'ProtectedMaterialRead' });
});

test('is a page that needs nothing else and runs nothing, in which texts are texts', async () => {
  const id = await handedOver();
  const page = await custodian.get(`/v1/evidence/${id}/custody-report`, { accept: 'text/html' });
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
  expect(page.text).toContain('A&lt;b&gt;&amp;&quot;1&quot;');
  expect(page.text).not.toContain('<b>');
  expect(page.text).not.toMatch(/<script|<img|<link|javascript:|\son\w+=/);
  expect(page.text).toContain(digest.value);
});

test('is for who may read items', async () => {
  const id = await handedOver();
  const intake = client(running, suite, 'IntakeOfficer');
  expect((await intake.get(`/v1/evidence/${id}/custody-report`)).status).toBe(403);
  const missing = '/v1/evidence/5f0c8f1e-2a51-4c6c-9b7a-0d9f7c1f3c11/custody-report';
  expect((await custodian.get(missing)).status).toBe(404);
});
