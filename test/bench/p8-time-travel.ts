import { randomBytes, randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { investigation, useCases } from '#domain';
import { CommandHandler, stateAt } from '#event-sourcing';
import { atMost, type Bench, type Figure, type Measurement } from './figure.js';
import { ask } from './http/ask.js';
import { startStandalone } from './http/servers.js';
import { openStore } from './p1-appends.js';
import { median, rounded } from './statistics.js';

const events = 1_000;
/** Of these the slowest is the figure: "any revision". */
const revisions = [0, 249, 499, 749, 999];
const reads = 31;
const inFlight = 16;

/** The state of a case at an earlier revision, of a stream in which each event adds an item to the state. */
export const timeTravel: Figure = {
  id: 'P8',
  title: `state at any revision of a ${events.toLocaleString('en-US')}-event stream`,
  measure: async (bench) => [await inProcess(bench), await overHttp(bench)],
};

/** Makes use of a command: the use case, the id of what it is for unless it creates, and its body; gives the id. */
type Command = (name: string, id: string | undefined, body: object) => Promise<string>;

async function inProcess(bench: Bench): Promise<Measurement> {
  const store = await openStore(bench, 'bench_p8');
  try {
    const handler = new CommandHandler({ store, hashKey: randomBytes(32) });
    const actor = { subject: 'bench', roles: ['Prosecutor'] };
    const id = await caseOf(async (name, of, command) => {
      const useCase = useCases.find((known) => known.name === name);
      if (useCase === undefined) throw new Error(`there is no use case ${name}`);
      const asked = { useCase, command, commandId: randomUUID(), actor, ...(of !== undefined && { id: of }) };
      return (await handler.handle(asked)).id;
    });
    const slowest = await slowestRevision(bench, 'in process', async (revision) => {
      const found = await stateAt(store, investigation, id, { revision });
      if (found?.revision !== revision) throw new Error(`revision ${revision} was not found`);
    });
    return line('in process', slowest);
  } finally {
    await store.close();
  }
}

async function overHttp(bench: Bench): Promise<Measurement> {
  const inquest = await startStandalone(bench);
  const agent = new Agent({ keepAlive: true });
  const headers = { authorization: `Bearer ${inquest.tokens.at(-1)}`, 'content-type': 'application/json' };
  const accepted = async (method: 'GET' | 'POST', path: string, body?: object): Promise<string> => {
    const answer = await ask(
      new URL(path, inquest.url),
      { method, agent, headers },
      body && JSON.stringify(body),
    );
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
    return answer.body;
  };
  const paths: Readonly<Record<string, (id: string) => string>> = {
    RegisterEvidence: () => '/v1/evidence',
    OpenInvestigation: () => '/v1/investigations',
    LinkEvidence: (id) => `/v1/investigations/${id}/link-evidence`,
  };
  const id = await caseOf(async (name, of = '', body) => {
    const receipt: unknown = JSON.parse(await accepted('POST', paths[name]?.(of) ?? '', body));
    return typeof receipt === 'object' && receipt !== null && 'id' in receipt ? String(receipt.id) : '';
  });
  const slowest = await slowestRevision(bench, 'over HTTP', (revision) =>
    accepted('GET', `/v1/investigations/${id}?revision=${revision}`),
  );
  agent.destroy();
  await inquest.stop();
  return line('over HTTP', slowest);
}

/** A case that items are linked to until its stream has as many events as are asked for. */
async function caseOf(command: Command): Promise<string> {
  const id = await command('OpenInvestigation', undefined, {
    reference: 'INV/2024/17',
    title: 'Strikes on the water works',
    scope: 'What happened at the water works in March 2024',
    forum: 'Example court',
    profile: 'standard',
  });
  let linked = 0;
  const linkOn = async (): Promise<void> => {
    while (linked < events - 1) {
      linked += 1;
      const evidenceId = await command('RegisterEvidence', undefined, item(linked));
      await command('LinkEvidence', id, { evidenceId, relevance: 'Shows the damage at the northern edge.' });
    }
  };
  await Promise.all(Array.from({ length: inFlight }, linkOn));
  return id;
}

function item(number: number): object {
  return {
    exhibitNumber: `FON-V-${number}`,
    form: 'digital',
    kind: 'video',
    digests: [{ algorithm: 'sha-256', value: randomBytes(32).toString('hex') }],
    acquisition: {
      method: 'download',
      operatorId: '7d6f2c1a-54b0-4e0f-9a51-0c6f1f6b1d17',
      acquiredAt: '2024-03-05T10:00:00Z',
      sourceUrl: 'https://example.org/videos/17',
      priorCustody: [],
    },
    restrictions: [],
  };
}

/** The median time of each revision, of which the greatest. */
async function slowestRevision(
  bench: Bench,
  where: string,
  readAt: (revision: number) => Promise<unknown>,
): Promise<number> {
  const times = revisions.map((): number[] => []);
  for (let round = 0; round <= reads; round += 1) {
    for (const [index, revision] of revisions.entries()) {
      const begun = performance.now();
      await readAt(revision);
      if (round > 0) times[index]?.push(performance.now() - begun);
    }
  }
  const medians = times.map(median);
  bench.progress(
    `${where}: ${revisions.map((revision, index) => `revision ${revision} ${rounded(medians[index] ?? 0)} ms`).join(', ')}`,
  );
  return Math.max(...medians);
}

function line(where: string, slowest: number): Measurement {
  return atMost(
    { id: 'P8', name: `state at any revision of 1,000 events, ${where}`, unit: 'ms' },
    slowest,
    15,
  );
}
