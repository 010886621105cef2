import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as SecureAgent, request as httpsRequest } from 'node:https';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export interface Asked {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface Answered {
  readonly status: number;
  readonly header: (name: string) => string | null;
  readonly text: string;
}

/** One request and its answer. Rejects when there is none. */
export type Exchange = (url: URL, asked: Asked) => Promise<Answered>;

export const fetched: Exchange = async (url, asked) => {
  const response = await fetch(url, { ...asked, redirect: 'manual' });
  const header = (name: string) => response.headers.get(name);
  return { status: response.status, header, text: await response.text() };
};

/** A server that is gone without a word is noticed by the system's own probes, not by how long it is silent. */
const probes = { keepAlive: true, keepAliveMsecs: 30_000 };

/**
 * For requests whose answer takes as long as it takes: `fetch` gives up after five minutes without the first byte, and
 * cannot be told otherwise.
 */
export function patiently(): Exchange {
  const agents = { plain: new Agent(probes), secure: new SecureAgent(probes) };
  return async (url, { body, ...asked }) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const options = { ...asked, headers: { ...asked.headers, ...length } };
    const request =
      url.protocol === 'https:'
        ? httpsRequest(url, { ...options, agent: agents.secure })
        : httpRequest(url, { ...options, agent: agents.plain });
    // What goes wrong once the answer has begun to come is told by the answer too.
    request.on('error', () => undefined);
    const [response]: IncomingMessage[] = await once(request.end(body), 'response');
    if (response === undefined) throw new Error('there is no answer');
    const { statusCode = 0, headers } = response;
    const header = (name: string) => headers[name]?.toString() ?? null;
    return { status: statusCode, header, text: await text(response) };
  };
}
