import type { SampleEvent } from '../sample-event.js';

/** Another event store on the same PostgreSQL server, used as its own documentation shows, with as many connections. */
export interface Peer {
  /** With its version. */
  readonly name: string;
  /** One durable append of one event to a stream that does not exist, refused if it does. */
  append(event: SampleEvent): Promise<unknown>;
  close(): Promise<unknown>;
}

/** Connections of each peer; the product's store appends on one. */
export const peerConnections = 16;
