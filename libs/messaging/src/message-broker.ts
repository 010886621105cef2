/**
 * What Inquest needs of a message broker with ordered, partitioned, retained topics: Kafka, through whichever client.
 * Whatever rejects with `BrokerUnavailable` rejects with `BrokerRefused` where it is about who we are, and passes on what is
 * a mistake in a program.
 */
export interface MessageBroker {
  /** A connection to write on. Rejects with `BrokerUnavailable`. */
  producer(): Promise<Producer>;

  /**
   * Reads a topic of one partition as a member of a group, of which one member at a time is given it. Waits for whoever
   * iterates, and stays in the group meanwhile. Leaves the group when the signal aborts or the iteration ends. Throws
   * `BrokerUnavailable`; a new iteration may then be begun.
   */
  follow(of: Following): AsyncIterable<Turn | Records | Idle>;

  /**
   * The newest records of a topic's first partition, oldest first, so many at most; none of a topic that is not there.
   * Joins no group, which can take seconds. Rejects with `BrokerUnavailable`.
   */
  newest(topic: string, countMax: number): Promise<IncomingRecord[]>;

  /** The topics of these names that are there, with the settings that are asked for. Rejects with `BrokerUnavailable`. */
  describe(names: readonly string[], settings: readonly string[]): Promise<TopicDescription[]>;

  /** Makes topics; one that is there already is left as it is. Rejects with `BrokerUnavailable` or the broker's refusal. */
  create(topics: readonly TopicDescription[]): Promise<void>;

  /** Sets settings of topics that are there, and leaves all others as they are. Rejects as `create` does. */
  configure(topics: readonly Pick<TopicDescription, 'name' | 'settings'>[]): Promise<void>;
}

export interface Producer {
  /**
   * Resolves when every record is on all replicas that are in sync, in this order within each partition. After a
   * rejection some of them may be there and some not; nothing can be sent on this producer any more. Rejects with
   * `BrokerUnavailable`. One send at a time.
   */
  send(records: readonly OutgoingRecord[]): Promise<void>;
  close(): Promise<void>;
}

export interface OutgoingRecord {
  readonly topic: string;
  /** Records of the same key go to the same partition, in order; those without one go to the first. */
  readonly key?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string;
}

export interface Following {
  readonly topic: string;
  readonly group: string;
  readonly signal: AbortSignal;
  /** After how long without a record the iteration says that there was none. */
  readonly idleMs: number;
}

/** The partition was given to this member: it says where to go on from, and gets no record before it has. */
export interface Turn {
  readonly kind: 'turn';
  /** The offset after the newest record. */
  end(): Promise<bigint>;
  /** An offset that the topic does not have is taken as its end. Throws `BrokerUnavailable` when the turn is over. */
  goOnFrom(offset: bigint): void;
}

export interface Records {
  readonly kind: 'records';
  /** In the order of their offsets, at least one. */
  readonly records: readonly IncomingRecord[];
}

/** Nothing has come for a while, to the member that has the turn. */
export interface Idle {
  readonly kind: 'idle';
}

export interface IncomingRecord {
  readonly offset: bigint;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string;
}

export interface TopicDescription {
  readonly name: string;
  readonly partitions: number;
  readonly replicas: number;
  readonly settings: Readonly<Record<string, string>>;
}

/** The broker could not be reached, or did not do what it was asked; the same may be asked again later. */
export class BrokerUnavailable extends Error {
  override readonly name = 'BrokerUnavailable';
}

/** The broker does not let us in, or not do this: credentials or rights are to be put right before it helps to ask again. */
export class BrokerRefused extends Error {
  override readonly name = 'BrokerRefused';
}
