import type { RecordedEvent } from '#event-sourcing';
import type { OutgoingRecord } from '../message-broker.js';
import type { Memory, MemoryChange } from './relay-state.js';

/** What of the log is published, and in which form; each has a position of its own. */
export interface Publication {
  /** Names its position. Once released it is never renamed. */
  readonly name: string;
  /** Where it goes: these have to be as they should before anything is published. */
  readonly topics: readonly string[];
  /** Begins after the events that the memory is of. */
  begin(memory: Memory): Publishing;
}

/** A publication at work: it is shown every event of the log, in order. */
export interface Publishing {
  /** Nothing for an event that is not published. Throws what `Publication` cannot go on from. */
  recordOf(event: RecordedEvent, previous: bigint): OutgoingRecord | undefined;
  /** What the events since it was asked last have changed in the memory. */
  change(): MemoryChange;
}

export const noChange: MemoryChange = { added: [], removed: [] };
