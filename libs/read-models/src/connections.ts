import { Socket } from 'node:net';
import { Client, Pool, type PoolConfig } from 'pg';

export interface ConnectionBounds {
  readonly connectTimeoutMs: number;
  /** The server stops a statement after it; our own clock, a second later, is for a server that no longer answers. */
  readonly answerTimeoutMs: number;
}

const graceMs = 1_000;
/** Connections that nobody needs are closed before our own clock takes their silence for the server's. */
const idleMsMax = 10_000;
const keepAliveAfterMs = 10_000;

/**
 * Somebody always hears that a connection is lost, or it would end the process. Pools hear it while a connection is idle
 * and whoever uses it while they do; in between, in the moment it is opened, nobody would.
 */
export class HeardClient extends Client {
  constructor(config?: ConstructorParameters<typeof Client>[0]) {
    super(config);
    this.on('error', () => undefined);
  }
}

/** The connections of one process to the rows of its views. None of them waits for ever, and all can be cut. */
export class Connections {
  readonly #sockets = new Set<Socket>();

  constructor(private readonly url: string) {}

  /** For `pg`'s pool, and for TypeORM, which has one of `pg`'s inside. */
  settings(applicationName: string, { connectTimeoutMs, answerTimeoutMs }: ConnectionBounds): PoolConfig {
    return {
      connectionString: this.url,
      application_name: applicationName,
      connectionTimeoutMillis: connectTimeoutMs,
      statement_timeout: answerTimeoutMs,
      idleTimeoutMillis: Math.min(idleMsMax, answerTimeoutMs),
      keepAlive: true,
      keepAliveInitialDelayMillis: keepAliveAfterMs,
      stream: () => this.#socket(answerTimeoutMs + graceMs),
      Client: HeardClient,
    };
  }

  pool(applicationName: string, bounds: ConnectionBounds, config: PoolConfig): Pool {
    const pool = new Pool({ ...this.settings(applicationName, bounds), ...config });
    // An idle connection that breaks is replaced by the next that is asked for.
    pool.on('error', () => undefined);
    return pool;
  }

  /** Breaks every connection; what was asked on one fails. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /**
   * A time-out of `pg`'s own would leave the connection in its pool, waiting for the answer that never comes. A socket
   * that is destroyed takes its connection out of every pool, TypeORM's too.
   */
  #socket(silenceMsMax: number): Socket {
    const socket = new Socket();
    socket.setTimeout(silenceMsMax, () => socket.destroy(new Error('Connection terminated: no answer')));
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  }
}
