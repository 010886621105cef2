import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { type Cluster, openCluster } from './cluster.js';
import { type Ownership, takeOwnership } from './ownership.js';
import { type Postmaster, livePostmaster, removeStalePidFile, shutDown } from './postmaster.js';
import { ServerFailed, type ServerProcess, freePort, isNotYet, launch, urlOf } from './server.js';

export interface EmbeddedPostgresOptions {
  /** The data folder; PostgreSQL's files go to `postgres/` inside it. Made when missing. */
  readonly dataDir: string;
  /** Told, in whole sentences without a final dot, what takes time. */
  readonly progress?: (line: string) => void;
  /** Server settings beyond the usual ones, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Told once when the server is gone for good and could not be brought back. */
  readonly onFailure?: (error: Error) => void;
}

/** A PostgreSQL server that belongs to this process. */
export interface EmbeddedPostgres {
  /** The owner's (superuser's) URL of the database `inquest`; it stays the same until `stop`. */
  readonly ownerUrl: string;
  readonly port: number;
  /** The server's process, which changes when it crashed and was brought back. */
  readonly pid: number;
  /** Stops the server in order and waits until it is gone; later calls wait for the first. */
  stop(): Promise<void>;
}

/** The data folder belongs to a running process. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
  constructor(dataDir: string, owner: number | undefined) {
    super(
      `The data folder ${dataDir} is in use by another Inquest${owner ? ` (process ${owner})` : ''}. ` +
        'Stop that one first, or give this one a folder of its own with --data.',
    );
  }
}

const database = 'inquest';
const retryMs = 100;
/** How long a server that is already there may take to answer or to end. */
const settleMsMax = 120_000;
const crashesMax = 5;
const crashWindowMs = 60_000;

/**
 * Starts PostgreSQL on a data folder and makes this process its owner.
 *
 * A server that a killed process left behind is stopped first. Starts may race: the server itself decides, since
 * only one server runs on a cluster and only one process holds its lock, so one start wins and every other gets
 * FolderInUse. Should the server crash while it is owned, it is brought back on the same port.
 *
 * @throws FolderInUse when another process owns the folder; Error when PostgreSQL cannot be had or started.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const progress = options.progress ?? (() => undefined);
  const cluster = await openCluster(options.dataDir, progress);
  const owned = new OwnedServer(cluster, { ...options, progress });
  await owned.start();
  return owned;
}

class OwnedServer implements EmbeddedPostgres {
  private server: ServerProcess | undefined;
  private ownership: Ownership | undefined;
  private recovery: Promise<void> = Promise.resolve();
  private stopping: Promise<void> | undefined;
  private crashes: number[] = [];
  /** 0 until the first start; kept afterwards, so that the URL stays the same. */
  port = 0;

  constructor(
    private readonly cluster: Cluster,
    private readonly options: EmbeddedPostgresOptions & { readonly progress: (line: string) => void },
  ) {}

  get pid(): number {
    return this.server?.pid ?? 0;
  }

  get ownerUrl(): string {
    return urlOf(this.cluster, this.port, database);
  }

  stop(): Promise<void> {
    this.stopping ??= this.shutDown();
    return this.stopping;
  }

  async start(): Promise<void> {
    const deadline = Date.now() + settleMsMax;
    for (;;) {
      const running = await livePostmaster(this.cluster.dir);
      const last = Date.now() >= deadline;
      if (running === undefined) {
        if (await this.launched(last)) return;
      } else if (running.pid === this.server?.pid) {
        if (await this.owns(running.port, last)) return;
      } else {
        await this.stopOrphan(running, last);
      }
      await delay(retryMs);
    }
  }

  /** True when a new server runs that this process owns; false when another attempt may go better. */
  private async launched(last: boolean): Promise<boolean> {
    const port = this.port || (await freePort());
    try {
      this.server = await launch(this.cluster, port, this.options.settings ?? {}, this.options.progress);
    } catch (error) {
      if (!(error instanceof ServerFailed && error.mayPass) || last) throw error;
      await removeStalePidFile(this.cluster.dir);
      return false;
    }
    return this.owns(port, last);
  }

  /** True when this process now owns the server that it started; false when the server is not up. */
  private async owns(port: number, last: boolean): Promise<boolean> {
    try {
      const taken = await takeOwnership(urlOf(this.cluster, port, 'postgres'), 'own');
      if ('ownedBy' in taken) throw new FolderInUse(this.options.dataDir, taken.ownedBy);
      await createDatabase(urlOf(this.cluster, port, 'postgres'));
      this.port = port;
      this.ownership = taken;
      void taken.lost.then(() => this.recover());
      return true;
    } catch (error) {
      if (isNotYet(error) && !last) return false;
      // A server that nobody owns would only be in the way; one that another process took is that one's.
      if (!(error instanceof FolderInUse)) await shutDown(this.pid, this.cluster.dir);
      throw error;
    }
  }

  /**
   * Stops a server without an owner. Returns without having done so when it is neither up nor gone yet.
   * @throws FolderInUse when it has an owner.
   */
  private async stopOrphan(running: Postmaster, last: boolean): Promise<void> {
    const { cluster, options } = this;
    const taken = await takeOwnership(urlOf(cluster, running.port, 'postgres'), 'found').catch(
      (cause: unknown) => {
        if (isNotYet(cause) && !last) return undefined;
        throw new Error(
          `A PostgreSQL (process ${running.pid}) runs on ${cluster.dir} and does not let this process in. ` +
            `See ${cluster.logFile}; when no Inquest uses the folder, end that process with "kill -INT ${running.pid}".`,
          { cause },
        );
      },
    );
    if (taken === undefined) return;
    if ('ownedBy' in taken) throw new FolderInUse(options.dataDir, taken.ownedBy);
    options.progress(`Stopping the PostgreSQL that a killed Inquest left behind (process ${running.pid})`);
    await shutDown(running.pid, cluster.dir);
    await taken.release();
  }

  /** The lock's connection broke: the server, or one of its processes, has crashed. */
  private recover(): void {
    if (this.stopping !== undefined) return;
    const now = Date.now();
    this.crashes = [...this.crashes.filter((at) => now - at < crashWindowMs), now];
    this.recovery =
      this.crashes.length > crashesMax ? Promise.reject(tooManyCrashes(this.cluster)) : this.restart();
    this.recovery = this.recovery.catch((error: unknown) =>
      this.options.onFailure?.(error instanceof Error ? error : new Error(String(error))),
    );
  }

  private async restart(): Promise<void> {
    this.options.progress('PostgreSQL ended unexpectedly; bringing it back');
    await this.start();
  }

  private async shutDown(): Promise<void> {
    await this.recovery;
    if (this.server === undefined) return;
    // The lock is kept until the server is down: nobody takes the folder for abandoned meanwhile.
    const outcome = await shutDown(this.server.pid, this.cluster.dir);
    if (outcome !== 'fast') this.options.progress(`PostgreSQL had to be stopped by force (${outcome})`);
    await this.ownership?.release();
  }
}

function tooManyCrashes(cluster: Cluster): Error {
  return new Error(
    `PostgreSQL ended unexpectedly more than ${crashesMax} times in a minute and stays down. ` +
      `${cluster.logFile} says why.`,
  );
}

async function createDatabase(connectionString: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${database}`);
  } finally {
    await client.end();
  }
}
