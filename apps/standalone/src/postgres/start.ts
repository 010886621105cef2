import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type Cluster, openCluster } from './cluster.js';
import { type Ownership, takeOwnership } from './ownership.js';
import { type Postmaster, gone, livePostmaster, shutDown } from './postmaster.js';
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
const attemptsMax = 20;
const retryMs = 100;
const shutdownMsMax = 90_000;
const restartsMax = 5;
const restartWindowMs = 60_000;

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
  private stopping: Promise<void> | undefined;
  private restarts: number[] = [];
  private lastPort = 0;

  constructor(
    private readonly cluster: Cluster,
    private readonly options: EmbeddedPostgresOptions & { readonly progress: (line: string) => void },
  ) {}

  get port(): number {
    return this.lastPort;
  }

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
    for (let attempt = 1; attempt <= attemptsMax; attempt++) {
      const running = await livePostmaster(this.cluster.dir);
      if (running !== undefined) await this.stopOrphan(running);
      else if (await this.launched(attempt === attemptsMax)) return;
      await delay(retryMs);
    }
    throw new Error(
      `PostgreSQL could not be started on ${this.cluster.dir}: other processes keep interfering.`,
    );
  }

  /** True when a server runs that this process owns; false when another attempt may go better. */
  private async launched(last: boolean): Promise<boolean> {
    const port = this.lastPort || (await freePort());
    try {
      this.server = await launch(this.cluster, port, this.options.settings ?? {}, this.options.progress);
      const taken = await takeOwnership(this.url('postgres', port), false);
      if ('ownedBy' in taken) throw new FolderInUse(this.options.dataDir, taken.ownedBy);
      this.ownership = taken;
      this.lastPort = port;
      await createDatabase(this.url('postgres', port));
      void this.watch(taken, this.server);
      return true;
    } catch (error) {
      const expected =
        error instanceof ServerFailed
          ? error.portTaken ||
            error.predecessorEnding ||
            (await livePostmaster(this.cluster.dir)) !== undefined
          : isNotYet(error);
      if (!expected || last || error instanceof FolderInUse) throw error;
      return false;
    }
  }

  /** @throws FolderInUse when the running server has an owner. */
  private async stopOrphan(running: Postmaster): Promise<void> {
    const { cluster, options } = this;
    let ownership: Ownership | undefined;
    try {
      const taken = await takeOwnership(this.url('postgres', running.port), true);
      if ('ownedBy' in taken) throw new FolderInUse(options.dataDir, taken.ownedBy);
      ownership = taken;
    } catch (error) {
      // Starting, recovering or ending: look again until it is one or the other.
      if (isNotYet(error) && !(await gone(running.pid, cluster.dir, retryMs))) return;
      throw error;
    }
    options.progress(`Stopping a PostgreSQL that a killed Inquest left behind (process ${running.pid})`);
    await shutDown(running.pid, cluster.dir);
    await ownership.release().catch(() => undefined);
  }

  private async watch(ownership: Ownership, server: ServerProcess): Promise<void> {
    await ownership.lost;
  }

  private async shutDown(): Promise<void> {
    if (this.server !== undefined) await shutDown(this.server.pid, this.cluster.dir);
    await this.ownership?.release().catch(() => undefined);
  }

  private url(name: string, port: number): string {
    return urlOf(this.cluster, port, name);
  }
}

async function createDatabase(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${database}`);
  } finally {
    await client.end();
  }
}
