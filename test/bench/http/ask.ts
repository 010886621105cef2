import type { Agent } from 'node:http';
import { request } from 'node:http';

const requestTimeoutMs = 20_000;

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** One request; settles when the whole answer is there, or rejects when none comes in time. */
export function ask(
  url: URL,
  options: {
    readonly method: 'GET' | 'POST';
    readonly agent: Agent;
    readonly headers: Record<string, string>;
  },
  body = '',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      ...options,
      headers: { ...options.headers, 'content-length': String(Buffer.byteLength(body)) },
      timeout: requestTimeoutMs,
    });
    asked.once('error', reject);
    asked.once('timeout', () => asked.destroy(new Error('no answer in time')));
    asked.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      );
    });
    asked.end(body);
  });
}
