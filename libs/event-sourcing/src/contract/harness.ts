import type { EventStore } from '../event-store.js';

/** What happens to the store's server while writers and readers are at work. */
export type Disruption =
  /** A transaction opened before the events stays open until after them, and holds whatever an early one can hold. */
  | 'long-transaction'
  /** The server ends every connection of the stores. */
  | 'killed-connections'
  /** The server dies at once, without a chance to flush, and is started again. */
  | 'server-restart';

export type Capability = Disruption | 'dense-positions';

/** How a spec file gives its store to the contract. */
export interface StoreHarness {
  /** A new, empty log. */
  open(): Promise<ContractLog>;
  /** Declared one by one: offered, or lacking for a reason that the report shows. */
  readonly capabilities: Readonly<Record<Capability, 'offered' | { readonly lacks: string }>>;
  /** How much the slow tests do: 1 for seconds, more for longer. */
  readonly scale?: number;
}

export interface ContractLog {
  readonly store: EventStore;
  /** A second store on the same log, as another process would have one. */
  readonly other: EventStore;
  /** Connections that subscriptions hold at the server just now. */
  readonly held: () => Promise<number>;
  /**
   * Runs a load and disturbs it; the load goes on at least until `done`. Throws when nothing was hit: a fault that did
   * not happen has proved nothing. Asked only for what the harness offers.
   */
  disrupt(disruption: Disruption, load: (done: Promise<void>) => Promise<void>): Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens a log before the tests of the surrounding `describe` and closes it after them. */
export function logOf(harness: StoreHarness): () => ContractLog {
  let log: ContractLog | undefined;
  beforeAll(async () => {
    log = await harness.open();
  });
  afterAll(() => log?.close());
  return () => {
    if (!log) throw new Error('the log is open only while tests run');
    return log;
  };
}
