import { demonstration } from './case.js';

export interface Audience {
  readonly apiUrl: string;
  /** Tokens by demo user. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Subjects by demo user. */
  readonly subjects: Readonly<Record<string, string>>;
}

/**
 * Works the demonstration case through the API, as its users would. Each request has its own idempotency key, so a
 * load that was cut off is finished by loading again. Rejects with the first answer that is not a receipt.
 */
export async function loadDemonstration({ apiUrl, tokens, subjects }: Audience): Promise<void> {
  const ids = new Map<string, string>();
  for (const [index, { as, post, body, save, newest }] of demonstration.entries()) {
    const filled = (text: string) =>
      text
        .replaceAll(/\$([a-z]+)/g, (_, name: string) => known(ids.get(name), name))
        .replaceAll(/@([A-Za-z0-9]+)/g, (_, name: string) => known(subjects[name], name));
    const authorization = `Bearer ${known(tokens[as], as)}`;
    const url = apiUrl + filled(post);
    const receipt = await answerOf(url, {
      method: 'POST',
      headers: {
        authorization,
        'content-type': 'application/json',
        'idempotency-key': `demonstration/${index}`,
      },
      body: filled(JSON.stringify(body)),
    });
    if (save === undefined) continue;
    if (newest === undefined) ids.set(save, textIn(receipt, 'id'));
    else {
      const resource = url.slice(0, url.lastIndexOf('/'));
      ids.set(save, newestIn(await answerOf(resource, { headers: { authorization } }), newest));
    }
  }
}

function known(value: string | undefined, name: string): string {
  if (value === undefined) throw new Error(`The demonstration case names ${name} before it is there.`);
  return value;
}

async function answerOf(url: string, request: RequestInit): Promise<object> {
  const response = await fetch(url, request);
  const answer: unknown = await response.json();
  if (!response.ok || typeof answer !== 'object' || answer === null)
    throw new Error(`The demonstration case stopped at ${url}: ${JSON.stringify(answer)}`);
  return answer;
}

function textIn(answer: object, member: string): string {
  const value: unknown = Object.entries(answer).find(([name]) => name === member)?.[1];
  if (typeof value !== 'string') throw new Error(`An answer has no ${member}.`);
  return value;
}

function newestIn(answer: object, part: string): string {
  const members: unknown = Object.entries(answer).find(([name]) => name === part)?.[1];
  const id = typeof members === 'object' && members !== null ? Object.keys(members).at(-1) : undefined;
  return known(id, part);
}
