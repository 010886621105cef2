import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { localContentStore } from '#content-store';
import {
  ConsentGiven,
  ConsentWithdrawn,
  ContentStored,
  EvidenceRestricted,
  evidence,
  examples,
  RiskAssessed,
  witness,
  WitnessInterviewed,
  WitnessRegistered,
} from '#domain';
import { type Aggregate, derivedId, type DomainEvent, idOf, streamOf } from '#event-sourcing';
import { sealedSample } from '#event-sourcing/testing';
import { type ApiSuite, apiSuite, type RunningApi } from '../../../../../test/support/api.js';
import { client, type Client } from '../../../../../test/support/api-client.js';

const run = promisify(execFile);
const recipient = 'Regional War Crimes Chamber';

// Larger than what is in a pipe at any time, so that a break in the middle is one.
const video = Buffer.alloc(8 * 1024 * 1024, 'frame');
const hex = createHash('sha256').update(video).digest('hex');
const digest = { algorithm: 'sha-256' as const, value: hex };
const chunkBytes = 64 * 1024;

/** How the store of contents behaves; a test that changes it changes it back. */
let behaviour: 'whole' | 'breaks' | 'lies' = 'whole';
let open = 0;
const content = {
  async *read() {
    open += 1;
    try {
      for (let at = 0; at < video.length; at += chunkBytes) {
        if (behaviour === 'breaks' && at > video.length / 2) throw new Error('the disk is gone');
        const chunk = video.subarray(at, at + chunkBytes);
        yield behaviour === 'lies' && at === 0 ? Buffer.alloc(chunk.length, 'x') : chunk;
      }
    } finally {
      open -= 1;
    }
  },
};

let suite: ApiSuite;
let running: RunningApi;
let folder: string;
beforeAll(async () => {
  suite = await apiSuite();
  folder = await mkdtemp(join(tmpdir(), 'inquest-package-'));
  const kept = await localContentStore(join(folder, 'content'));
  running = await suite.start({ contentStore: { ...kept, ...content } });
});
afterAll(async () => {
  await suite.end();
  await rm(folder, { recursive: true });
});

const as = (user: string, api = running): Client => client(api, suite, user);

/** What the log holds already when a test begins. */
async function record(of: Aggregate, id: string, from: number, ...events: DomainEvent[]): Promise<void> {
  const stream = streamOf(of.category, id);
  const actor = { subject: 'staff-4711', roles: [] };
  for (const [index, event] of events.entries()) {
    const commandId = derivedId('package', stream, String(from + index));
    const ids = { commandId, correlationId: commandId, causationId: commandId };
    const metadata = JSON.stringify({ ...ids, commandHash: 'none', actor, compartments: [] });
    const encoded = of.events.encode(event);
    await running.store.append(stream, from + index - 1, [{ ...encoded, id: commandId, metadata }]);
  }
}

interface Handover {
  readonly id: string;
  readonly investigationId: string;
  readonly evidenceId: string;
  readonly witnessId: string;
  readonly otherEvidenceId: string;
}

let cases = 0;

/** A case with an item, a witness and an item that stays here; its referral is approved. */
async function approvedReferral(withContent = true): Promise<Handover> {
  const prosecutor = as('Prosecutor');
  const { id: investigationId } = await prosecutor.command('/v1/investigations', examples.OpenInvestigation);
  const { id: evidenceId } = await prosecutor.command('/v1/evidence', {
    ...examples.RegisterEvidence,
    digests: [digest],
  });
  const { id: otherEvidenceId } = await prosecutor.command('/v1/evidence', examples.RegisterEvidence);
  const path = `/v1/investigations/${investigationId}`;
  await prosecutor.command(`${path}/link-evidence`, { evidenceId, relevance: 'Shows the road' });
  const secret = { evidenceId: otherEvidenceId, relevance: 'What the partner overheard' };
  await prosecutor.command(`${path}/link-evidence`, secret);
  const blocks = { bytes: 1024 * 1024, digest: hex };
  const stored = { digest, digests: [digest], length: video.length, blocks, mediaType: 'video/mp4' };
  await record(evidence, evidenceId, 1, ContentStored(stored));
  cases += 1;
  const witnessId = derivedId('witness', String(cases));
  const talk = {
    capacity: 'witness' as const,
    at: '2025-02-26',
    language: 'uk',
    interviewerIds: [derivedId('interviewer')],
    rightsCaution: { given: true },
    counsel: { present: false, waived: true },
    place: 'Behind the bakery',
    irregularities: [],
  };
  const elsewhere = {
    ...talk,
    interviewId: derivedId('elsewhere'),
    investigationId: derivedId('other case'),
  };
  await record(
    witness,
    witnessId,
    0,
    WitnessRegistered({ pseudonym: 'W-7K3M9QXT', identity: sealedSample }),
    RiskAssessed({
      level: 'extreme',
      threats: ['killing'],
      assessedOn: '2025-02-01',
      reviewBy: '2025-06-01',
    }),
    WitnessInterviewed({ ...talk, interviewId: derivedId('interview'), investigationId }),
    WitnessInterviewed(elsewhere),
    ConsentGiven({
      consentId: derivedId('consent'),
      recipient,
      purpose: 'sharing',
      scope: ['statement'],
      givenAt: '2025-02-25',
      irregularities: [],
    }),
  );
  const { id } = await prosecutor.command('/v1/referrals', {
    investigationId,
    recipient,
    legalBasis: 'Agreement on judicial cooperation, article 4',
    evidence: [{ evidenceId, content: withContent }],
    witnesses: [witnessId],
    incidents: [],
    allegations: [],
  });
  const drafted = await prosecutor.get(`/v1/referrals/${id}`);
  const reviewed = { digest: drafted.at('manifestHash') };
  await as('SupervisingProsecutor').command(`/v1/referrals/${id}/approve-referral`, reviewed);
  return { id, investigationId, evidenceId, witnessId, otherEvidenceId };
}

async function transmitted(withContent = true): Promise<Handover> {
  const made = await approvedReferral(withContent);
  await as('Prosecutor').command(`/v1/referrals/${made.id}/transmit-referral`, { channel: 'secureTransfer' });
  return made;
}

const fetched = (id: string, init: RequestInit = {}, url = running.url) =>
  fetch(`${url}/v1/referrals/${id}/package`, {
    ...init,
    headers: { authorization: `Bearer ${suite.issuer.tokens['Prosecutor'] ?? ''}` },
  });
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());
const accesses = (id: string) => running.store.readStream(`access-${id}`);
async function accessCount(id: string): Promise<number> {
  let count = 0;
  for await (const page of accesses(id)) count += page.length;
  return count;
}

describe('the package of a transmitted referral', () => {
  let made: Handover;
  let inside: string;
  beforeAll(async () => {
    made = await transmitted();
    const response = await fetched(made.id);
    expect(response.headers.get('content-type')).toBe('application/x-tar');
    const file = join(folder, 'package.tar');
    await writeFile(file, await bytesOf(response));
    await run('tar', ['xf', file, '-C', folder]);
    inside = join(folder, `referral-${made.id}`);
  });
  const textIn = (name: string) => readFile(join(inside, name), 'utf8');
  const eventsIn = async (stream: string): Promise<{ type?: string; withheld?: true; data?: object }[]> =>
    (await textIn(`events/${stream}.ndjson`))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));

  test('is checked with the tools that every recipient has', async () => {
    const { stdout } = await run('sha256sum', ['-c', 'SHA256SUMS'], { cwd: inside });
    const listed = stdout.trimEnd().split('\n');
    expect(listed.every((line) => line.endsWith(': OK'))).toBe(true);
    const files = await readdir(inside, { recursive: true, withFileTypes: true });
    expect(listed).toHaveLength(files.filter((entry) => entry.isFile()).length - 1);
    const { stdout: sum } = await run('sha256sum', ['manifest.json'], { cwd: inside });
    const shown = await as('Prosecutor').get(`/v1/referrals/${made.id}`);
    expect(sum.split(' ')[0]).toBe(shown.at('manifestHash'));
  });

  test('has the content under a name of ours', async () => {
    const name = `content/${made.evidenceId}-${hex.slice(0, 12)}`;
    expect(
      createHash('sha256')
        .update(await readFile(join(inside, name)))
        .digest('hex'),
    ).toBe(hex);
  });

  test('has the events of the case, and of what stays here only that something is there', async () => {
    const events = await eventsIn(`investigation-${made.investigationId}`);
    expect(events.map(({ type, withheld }) => type ?? withheld)).toEqual([
      'InvestigationOpened',
      'EvidenceLinked',
      true,
    ]);
    expect(events[1]?.data).toMatchObject({ evidenceId: made.evidenceId, relevance: 'Shows the road' });
  });

  test('has of a witness the pseudonym and what was stated for this case', async () => {
    const events = await eventsIn(`witness-${made.witnessId}`);
    expect(events.map(({ type, withheld }) => type ?? withheld)).toEqual([
      'WitnessRegistered',
      true,
      'WitnessInterviewed',
      true,
      true,
    ]);
    expect(events[0]?.data).toEqual({ pseudonym: 'W-7K3M9QXT' });
  });

  test('names no staff, and holds nothing that is not to be handed on', async () => {
    const { stdout } = await run('cat', [join(folder, 'package.tar')], {
      encoding: 'latin1',
      maxBuffer: 64 * 1024 * 1024,
    });
    for (const secret of ['staff-4711', 'bakery', 'overheard', sealedSample.ciphertext, made.otherEvidenceId])
      expect(stdout.includes(secret)).toBe(false);
  });

  test('is the same bytes each time, and each reading is on record', async () => {
    const before = await accessCount(made.id);
    const again = await bytesOf(await fetched(made.id));
    expect(again.equals(await readFile(join(folder, 'package.tar')))).toBe(true);
    expect(await accessCount(made.id)).toBe(before + 1);
  });
});

test('what was not transmitted is not delivered', async () => {
  const { id } = await approvedReferral();
  const answer = await as('Prosecutor').get(`/v1/referrals/${id}/package`);
  expect([answer.status, answer.at('code')]).toEqual([409, 'referral-not-transmitted']);
});

test('a consent withdrawn, or an item restricted, right after the decision keeps the package here', async () => {
  for (const event of ['consent', 'restriction']) {
    const { id, witnessId, evidenceId } = await transmitted();
    if (event === 'consent')
      await record(
        witness,
        witnessId,
        5,
        ConsentWithdrawn({ consentId: derivedId('consent'), withdrawnAt: '2025-03-01T12:00:00.000Z' }),
      );
    else
      await record(
        evidence,
        evidenceId,
        2,
        EvidenceRestricted({
          restrictionId: derivedId('restriction'),
          kind: 'noDisclosure',
          provider: 'Monitor',
          permits: [],
          legalBasis: 'Agreement',
        }),
      );
    const answer = await as('Prosecutor').get(`/v1/referrals/${id}/package`);
    expect([answer.status, answer.at('code')]).toEqual([409, 'transmission-blocked']);
    expect((await as('Prosecutor').get(`/v1/referrals/${id}/blocks`)).at('items')).toHaveLength(1);
    expect(await accessCount(id)).toBe(0);
  }
});

test('it is for those who hand cases on, and not for who has a conflict of interest', async () => {
  const { id, investigationId } = await transmitted();
  expect((await as('Investigator').get(`/v1/referrals/${id}/package`)).status).toBe(403);
  const path = `/v1/investigations/${investigationId}/declare-conflict`;
  await as('Prosecutor2').command(path, { reason: 'kin' });
  expect((await as('Prosecutor2').get(`/v1/referrals/${id}/package`)).status).toBe(404);
  expect((await as('Prosecutor2').get(`/v1/referrals/${id}/blocks`)).status).toBe(404);
});

test.each(['breaks', 'lies'] as const)(
  'content that %s cuts the connection: no part looks whole',
  async (how) => {
    const { id } = await transmitted();
    behaviour = how;
    try {
      const response = await fetched(id);
      expect(response.status).toBe(200);
      const [, traceId = ''] = response.headers.get('traceparent')?.split('-') ?? [];
      await expect(bytesOf(response)).rejects.toThrow('terminated');
      await suite.until(async () => open === 0);
      await suite.until(async () => running.log.some((line) => line.includes(`"traceId":"${traceId}"`)));
    } finally {
      behaviour = 'whole';
    }
  },
);

test('a client that leaves ends the work', async () => {
  const { id } = await transmitted();
  const leaving = new AbortController();
  const response = await fetched(id, { signal: leaving.signal });
  await response.body?.getReader().read();
  const faults = () => running.log.filter((line) => line.includes('"problem":"internal"')).length;
  const before = faults();
  leaving.abort();
  await suite.until(async () => open === 0);
  expect(faults()).toBe(before);
});

test('the decision to transmit looks at the same', async () => {
  const { id, witnessId } = await approvedReferral();
  await record(
    witness,
    witnessId,
    5,
    ConsentWithdrawn({ consentId: derivedId('consent'), withdrawnAt: '2025-03-01T12:00:00.000Z' }),
  );
  const answer = await as('Prosecutor').post(`/v1/referrals/${id}/transmit-referral`, { channel: 'courier' });
  expect([answer.status, answer.at('code')]).toEqual([409, 'transmission-blocked']);
  expect(idOf(`witness-${witnessId}`)).toBe(witnessId);
  expect(answer.at('detail')).toContain(`witness-${witnessId}`);
});
