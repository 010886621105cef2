import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, Socket } from 'node:net';

/**
 * What the network does to an append.
 * - `passes`: nothing.
 * - `cut-before-sync`: everything up to its Execute arrives, and then nothing more from this client, not even a goodbye.
 * - `held`: nothing of it arrives until `release`, not even when the client has given up.
 * - `unanswered`: it arrives, but nothing more comes back.
 * - `deaf`: connections are made, but no statement arrives.
 * - `silent`: nothing arrives any more and nothing comes back, not even a goodbye.
 * - `refused`: no connection can be made, and every one that there is breaks.
 */
export type Weather = 'passes' | 'cut-before-sync' | 'held' | 'unanswered' | 'deaf' | 'silent' | 'refused';

/** A stretch of network between a store and its PostgreSQL server. */
export interface PostgresProxy {
  /** The server's URL, by way of the proxy. */
  readonly url: string;
  /** Appends that met the weather. */
  readonly hit: number;
  become(weather: Weather): void;
  /** Delivers what was held; gives what the server answered to it, until it closed or said that it is ready. */
  release(): Promise<string>;
  close(): Promise<void>;
}

/** Frontend messages: https://www.postgresql.org/docs/18/protocol-message-formats.html */
const [parse, bind, execute, sync] = ['P', 'B', 'E', 'S'];

export async function postgresProxy(serverUrl: string): Promise<PostgresProxy> {
  const target = new URL(serverUrl);
  const lines = new Set<Line>();
  let weather: Weather = 'passes';
  let hit = 0;

  const proxy = createServer({ allowHalfOpen: true }, (client) => {
    if (weather === 'refused') {
      client.destroy();
      return;
    }
    const server = new Socket().connect(Number(target.port), target.hostname);
    const line = new Line(
      client,
      server,
      () => weather,
      () => (hit += 1),
    );
    lines.add(line);
    server.once('close', () => lines.delete(line));
  });
  const url = new URL(serverUrl);
  url.port = String(await listening(proxy));

  return {
    url: url.href,
    get hit() {
      return hit;
    },
    become(next) {
      weather = next;
      hit = 0;
      if (next === 'refused') for (const line of lines) line.destroy();
    },
    async release() {
      const answers = await Promise.all([...lines].map((line) => line.release()));
      return answers.join('');
    },
    async close() {
      for (const line of lines) line.destroy();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: string | AddressInfo | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return address.port;
}

/** One connection. What the client sends is taken apart into messages, to find the append. */
class Line {
  #started = false;
  #unread = Buffer.alloc(0);
  #inAppend = false;
  #held: Buffer[] | undefined;
  #silent = false;
  #deaf = false;
  #answer = '';

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    private readonly weather: () => Weather,
    private readonly met: () => void,
  ) {
    client.on('data', (chunk) => this.#fromClient(chunk));
    server.on('data', (chunk) => this.#fromServer(chunk));
    for (const socket of [client, server]) socket.on('error', () => socket.destroy());
    // A line that met the weather stays open at the server: nobody told it that the client is gone.
    client.on('end', () => weather() === 'silent' || client.end());
    client.on('close', () => this.#held || this.#silent || server.destroy());
    server.on('close', () => client.destroy());
  }

  destroy(): void {
    this.client.destroy();
    this.server.destroy();
  }

  async release(): Promise<string> {
    const held = this.#held;
    if (!held) return '';
    this.#silent = true;
    this.server.write(Buffer.concat(held));
    while (!this.#answer.includes('Z') && !this.server.destroyed)
      await Promise.race([once(this.server, 'data'), once(this.server, 'close')]);
    this.server.destroy();
    return this.#answer;
  }

  #fromServer(chunk: Buffer): void {
    if (this.#held) this.#answer += chunk.toString('latin1');
    if (!this.#silent && this.weather() !== 'silent') this.client.write(chunk);
  }

  #fromClient(chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk]);
    for (;;) {
      // The first message has no type.
      const type = this.#started ? 1 : 0;
      if (this.#unread.length < type + 4) return;
      const length = type + this.#unread.readInt32BE(type);
      if (this.#unread.length < length) return;
      this.#message(this.#unread.subarray(0, length));
      this.#unread = this.#unread.subarray(length);
      this.#started = true;
    }
  }

  #message(message: Buffer): void {
    const type = this.#started ? String.fromCharCode(message[0] ?? 0) : '';
    if (type === parse && this.weather() === 'deaf') {
      this.#deaf = true;
      this.met();
    }
    if (this.#deaf || this.weather() === 'silent') return;
    // Bind: length, portal (no name), name of the prepared statement.
    if (type === bind && message.subarray(6, 13).toString() === 'append\0') {
      this.#inAppend = true;
      if (this.weather() !== 'passes') this.met();
      if (this.weather() === 'held') this.#held = [];
      if (this.weather() === 'unanswered') this.#silent = true;
    }
    if (this.#held) this.#held.push(Buffer.from(message));
    else if (!(this.#silent && this.weather() === 'cut-before-sync')) this.server.write(message);
    if (type === execute && this.#inAppend && this.weather() === 'cut-before-sync') this.#silent = true;
    if (type === sync) this.#inAppend = false;
  }
}
