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
  for (const [index, step] of demonstration.entries()) {
    const filled = (text: string) =>
      text
        .replaceAll(/\$([a-z]+)/g, (_, name: string) => known(ids.get(name), name))
        .replaceAll(/@([A-Za-z0-9]+)/g, (_, name: string) => known(subjects[name], name));
    const authorization = `Bearer ${known(tokens[step.as], step.as)}`;
    const headers = { authorization, 'idempotency-key': `demonstration/${index}` };
    const answerTo = (path: string, request: RequestInit) => answerOf(apiUrl + filled(path), request);
    if ('get' in step) {
      const answer = await answerTo(step.get, { headers: { authorization } });
      ids.set(step.save, textIn(answer, step.member));
    } else if ('put' in step) {
      const request = {
        method: 'PUT',
        headers: { ...headers, 'content-type': octetStream },
        body: step.content,
      };
      await answerTo(step.put, request);
    } else {
      const { post, body, save, newest } = step;
      const receipt = await answerTo(post, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: filled(JSON.stringify(body)),
      });
      if (save === undefined) continue;
      const resource = () => answerTo(post.slice(0, post.lastIndexOf('/')), { headers: { authorization } });
      ids.set(save, newest === undefined ? textIn(receipt, 'id') : newestIn(await resource(), newest));
    }
  }
}

const octetStream = 'application/octet-stream';

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
