import type { DomainEvent, Metadata, RecordedEvent } from '#event-sourcing';
import type { KeptFolds } from './kept-folds.js';

/**
 * A read model as the runner sees it: what it reads, and how a batch changes its rows. Bookkeeping only: it refuses
 * nothing, calls nobody, and looks at no clock, so that a rebuild gives the same rows.
 */
export interface Projection {
  /** Name of its PostgreSQL schema and of its checkpoint. Once released it is never renamed. */
  readonly name: string;
  /**
   * What its rows are made by, in a word: another one says that rows made before cannot be gone on from, so that the view
   * must be rebuilt. Kept with the checkpoint.
   */
  readonly shape: string;
  /**
   * The event types it reads; it is not shown any other. A type that the program does not know at all may be one that
   * the next program's projection reads: it is parked.
   */
  readonly types: ReadonlySet<string>;
  /** Every statement that made its tables, oldest first, with names that are not qualified by a schema. Only grows. */
  readonly migrations: readonly TableMigration[];
  /** Names of indexes by which `project` itself finds rows. A rebuild makes all others when the rows are there. */
  readonly readsBy?: readonly string[];
  /** Names of tables whose rows others change too, so that they are not what the log alone makes of them. */
  readonly changedByOthers?: readonly string[];
  /**
   * Changes the rows by a batch of events, in log order, all or none. An error thrown here, or a row that PostgreSQL
   * refuses for its content, is taken as the event's fault, which would be the same on every attempt.
   */
  readonly project: (events: readonly ProjectedEvent[], rows: Rows) => Promise<void>;
}

export interface TableMigration {
  /** Name and 13 digits of milliseconds, as TypeORM orders them. */
  readonly name: string;
  readonly sql: string;
}

/** A recorded event in the newest shape of its type. */
export interface ProjectedEvent extends Omit<RecordedEvent, 'data' | 'metadata' | 'type'>, DomainEvent {
  readonly category: string;
  /** The aggregate's id: the stream's name without its category. */
  readonly aggregateId: string;
  readonly metadata: Metadata;
}

/** What this program can read of what was recorded. */
export interface Decoder {
  /** Whether events of this category and type are of this program, whatever their version. */
  knows(recorded: Pick<RecordedEvent, 'stream' | 'type'>): boolean;
  /** Throws `UndecodableEvent` when this program cannot: the event is of a newer one, or broken. */
  decode(recorded: RecordedEvent): ProjectedEvent;
}

/** The tables of one projection within one transaction; names need no schema. */
export interface Rows {
  /** Where nobody else writes to the tables: folds that need not be read from them. */
  readonly kept?: KeptFolds;
  query<Row extends object = Record<string, never>>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs a `COPY … FROM STDIN` on lines of its text format. */
  copyIn(sql: string, lines: string): Promise<void>;
}
