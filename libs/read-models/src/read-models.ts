import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import type { CommandHandler, EventStore } from '#event-sourcing';
import { allegationInbox, AllegationRow, allegationList } from './allegation-inbox.js';
import { caseBoard, caseBoardList, CaseRow } from './case-board.js';
import { caseTimeline, timelineList, TimelineRow } from './case-timeline.js';
import { type ConnectionBounds, Connections, HeardClient } from './connections.js';
import { decoder } from './domain-events.js';
import { evidenceList, evidenceRegister, EvidenceRow } from './evidence-register.js';
import { IncidentRow, incidentList, incidents } from './incident-list.js';
import { inbox, inboxList, InboxRow } from './inbox.js';
import type { ListDefinition } from './list/definition.js';
import { migrateReadModels } from './migrate.js';
import { type ProcessObserver, ProcessRunner } from './processes/process-runner.js';
import type { ProcessManager } from './processes/process-manager.js';
import { withdrawnConsents } from './processes/withdrawn-consents.js';
import { type Queries, queriesOn } from './queries.js';
import { referralList, ReferralRow, referralTracker } from './referral-tracker.js';
import { type Feed, ProjectionRunner, type RunnerObserver } from './runner/projection-runner.js';
import type { Projection } from './runner/projection.js';
import type { CopyProgress } from './runner/copy.js';
import { rebuild, type RebuildOptions, type RebuildOutcome } from './runner/rebuild.js';
import { type RetryOutcome, retryParked } from './runner/retry.js';
import {
  besideOf,
  faultOfView,
  firstParked,
  type FirstParked,
  type ProjectionStatus,
  statusOf,
} from './runner/status.js';
import { dropOld, switchBack, type SwitchOutcome } from './runner/switch-back.js';
import { ViewPositions } from './runner/view-positions.js';
import { statistics } from './statistics.js';
import { witnessList, witnessRegister, WitnessRow } from './witness-register.js';

/** Every process manager. One that is not here does not exist. */
export const processManagers: readonly ProcessManager[] = [withdrawnConsents];

/** Every read model, and the bookkeeping of process managers. One that is not here does not exist. */
export const projections: readonly Projection[] = [
  caseBoard,
  allegationInbox,
  incidents,
  evidenceRegister,
  referralTracker,
  inbox,
  witnessRegister,
  caseTimeline,
  statistics,
  ...processManagers,
];

/** Every list, for routes and OpenAPI. */
export const listDefinitions: readonly ListDefinition[] = [
  caseBoardList,
  allegationList,
  incidentList,
  evidenceList,
  referralList,
  inboxList,
  witnessList,
  timelineList,
];

const entities = [
  CaseRow,
  AllegationRow,
  IncidentRow,
  EvidenceRow,
  ReferralRow,
  WitnessRow,
  TimelineRow,
  InboxRow,
];

/** As the event store's, so that both give up alike. */
const defaultReadBounds: ConnectionBounds = { connectTimeoutMs: 2_000, answerTimeoutMs: 10_000 };
const writeBounds: ConnectionBounds = { connectTimeoutMs: 10_000, answerTimeoutMs: 30_000 };
const stopMsMax = 5_000;

export interface ReadModelsOptions {
  /** Of the login that writes and reads rows; `migrate` and an `ownerUrl` give it the right. */
  readonly url: string;
  /** Of the owner of the schemas, who migrates and rebuilds. Left out: others do. */
  readonly ownerUrl?: string;
  /** Whether to migrate when it opens; true where there is an `ownerUrl`. */
  readonly migrate?: boolean;
  readonly store: EventStore;
  readonly feed?: Feed;
  readonly observe?: RunnerObserver & ProcessObserver;
  readonly poolSize?: number;
  /** Of questions; what the runner writes may take longer. */
  readonly readBounds?: ConnectionBounds;
  /** How long an answer waits for a view to reach a position. */
  readonly waitMsMax?: number;
}

/** There is no such projection. */
export class UnknownProjection extends Error {
  override readonly name = 'UnknownProjection';
}

/** The read models of this process: their rows, and, once started, the runners that keep them up to date and act on them. */
export class ReadModels {
  #stopped: Promise<void> | undefined;
  #processes: ProcessRunner | undefined;

  private constructor(
    private readonly options: ReadModelsOptions,
    private readonly connections: Connections,
    /** What the runner and a retry write on. */
    private readonly pool: Pool,
    /** Where the views are, and how they are doing. */
    private readonly looks: Pool,
    private readonly dataSource: DataSource,
    private readonly positions: ViewPositions,
    readonly queries: Queries,
    private readonly runner: ProjectionRunner,
  ) {}

  /** Migrates if it may, and connects. Throws `pg`'s or TypeORM's error. */
  static async open(options: ReadModelsOptions): Promise<ReadModels> {
    const { url, ownerUrl, migrate = true, store, feed, observe } = options;
    const { poolSize = 8, waitMsMax = 2_000, readBounds = defaultReadBounds } = options;
    if (ownerUrl !== undefined && migrate) await migrateReadModels(ownerUrl, projections, loginIn(url));
    const connections = new Connections(url);
    const pool = connections.pool('inquest projector', writeBounds, {
      // One for each view and process manager, one for each view that a rebuild replaced, and some for retries.
      max: 2 * projections.length + processManagers.length + 2,
      options: notWaitingForTheDisk,
    });
    const looks = connections.pool('inquest views', readBounds, { max: poolSize });
    const dataSource = new DataSource({
      type: 'postgres',
      url,
      entities,
      poolSize,
      installExtensions: false,
      extra: connections.settings('inquest queries', readBounds),
    });
    await dataSource.initialize();
    const positions = new ViewPositions(looks);
    const runner = new ProjectionRunner({
      pool,
      projections,
      decoder,
      store,
      positions,
      ...(feed ? { feed } : {}),
      ...(observe ? { observe } : {}),
    });
    return new ReadModels(
      options,
      connections,
      pool,
      looks,
      dataSource,
      positions,
      queriesOn(dataSource, positions, waitMsMax),
      runner,
    );
  }

  /** Begins to keep the views up to date. Not needed in a process that only reads. */
  start(): void {
    this.runner.start();
  }

  /** Begins to carry out what process managers ask for, by commands of this kernel, which needs no sealer. */
  startProcesses(kernel: Pick<CommandHandler, 'handle'>): void {
    const { store, observe } = this.options;
    const of = { pool: this.pool, processes: processManagers, store, kernel };
    this.#processes ??= new ProcessRunner({ ...of, ...(observe ? { observe } : {}) });
    this.#processes.start();
  }

  /**
   * Ends the commands and batches under way and closes every connection; after `stopMsMax` those that are not closed are cut. May be
   * called again.
   */
  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop());
  }

  async #stop(): Promise<void> {
    const cut = setInterval(() => this.connections.cut(), stopMsMax);
    try {
      await Promise.all([this.#processes?.stop(), this.runner.stop()]);
      await Promise.all([this.dataSource.destroy(), this.pool.end(), this.looks.end()]);
    } finally {
      clearInterval(cut);
    }
  }

  /** Position, lag, parked events and speed of each. */
  status(): Promise<ProjectionStatus[]> {
    return statusOf(this.looks, this.options.store, projections);
  }

  /** The same of what a rebuild left beside them: `<name>_old`, which it replaced, and `<name>_next`, not yet finished. */
  async statusBeside(): Promise<ProjectionStatus[]> {
    return statusOf(this.looks, this.options.store, await besideOf(this.looks, projections));
  }

  /** The event that each parked stream waits for, of `parkedStreamsMax` streams at most. */
  firstParked(): Promise<FirstParked[]> {
    return firstParked(
      this.looks,
      projections.map(({ name }) => name),
    );
  }

  /** What a person must look at, by projection; empty when every view is right or about to be. */
  async faults(): Promise<{ projection: string; fault: string }[]> {
    const all = await this.status();
    return all.flatMap((status) => {
      const fault = faultOfView(status, this.runner.problems.get(status.name));
      return fault === undefined ? [] : [{ projection: status.name, fault }];
    });
  }

  /** Resolves when the views have taken in the event at a position; throws `ViewBehind`. */
  waitFor(names: readonly string[], position: bigint, timeoutMs: number): Promise<void> {
    return this.positions.waitFor(names, position, timeoutMs);
  }

  /** Tries parked events again, in order. Throws `UnknownProjection`. */
  async retry(name: string): Promise<RetryOutcome> {
    const projection = named(name);
    return retryParked({ projection, name, pool: this.pool, decoder }, this.options.store);
  }

  /**
   * Builds a view anew while the live one serves, compares the two, then switches and keeps what was replaced. Throws
   * `UnknownProjection`, and what `rebuild` throws.
   */
  rebuild(name: string, told: Pick<RebuildOptions, 'progress' | 'takenApart'> = {}): Promise<RebuildOutcome> {
    return this.#asOwner(name, (projection, options) => rebuild(projection, { ...options, ...told }));
  }

  /** Lets what a rebuild replaced serve again. Throws `UnknownProjection`, and what `switchBack` throws. */
  switchBack(name: string, progress?: (at: CopyProgress) => void): Promise<SwitchOutcome> {
    return this.#asOwner(name, (projection, options) =>
      switchBack(projection, { ...options, ...(progress ? { progress } : {}) }),
    );
  }

  /** Ends what a rebuild replaced. Throws `UnknownProjection`, and what `dropOld` throws. */
  dropOld(name: string): Promise<void> {
    return this.#asOwner(name, dropOld);
  }

  async #asOwner<T>(
    name: string,
    work: (projection: Projection, options: Omit<RebuildOptions, 'progress'>) => Promise<T>,
  ): Promise<T> {
    const projection = named(name);
    const { ownerUrl, store } = this.options;
    if (ownerUrl === undefined)
      throw new Error('this makes and renames schemas: it needs the URL of their owner');
    const owner = ownerPool(ownerUrl);
    try {
      return await work(projection, { owner, store, decoder });
    } finally {
      await owner.end();
    }
  }
}

function named(name: string): Projection {
  const projection = projections.find((candidate) => candidate.name === name);
  if (projection) return projection;
  throw new UnknownProjection(
    `${name} is none of ${projections.map((candidate) => candidate.name).join(', ')}`,
  );
}

/**
 * Commits do not wait for the disk: rows and checkpoint are lost together or not at all, and what is lost is derived
 * again from the log, which does wait.
 */
const notWaitingForTheDisk = '-c synchronous_commit=off';

/** For a rebuild, whose statements take as long as they take. */
function ownerPool(url: string): Pool {
  const pool = new Pool({
    connectionString: url,
    application_name: 'inquest rebuild',
    options: notWaitingForTheDisk,
    max: 4,
    connectionTimeoutMillis: writeBounds.connectTimeoutMs,
    keepAlive: true,
    Client: HeardClient,
  });
  // An idle connection that breaks is replaced by the next that is asked for.
  pool.on('error', () => undefined);
  return pool;
}

function loginIn(url: string): string {
  return decodeURIComponent(new URL(url).username);
}
