import { type ExpectedRevision, noStream, type StreamName } from './event-store.js';
import type { Actor } from './events.js';
import type { UseCase, DeepReadonly } from './use-case.js';

/** One command on its way: what is asked, by whom, and under which identity it may be repeated. */
export interface Asked<State = unknown, Command extends object = object> {
  readonly useCase: UseCase<State, Command>;
  /** The aggregate; left out for a use case that creates one, whose id derives from the command id. */
  readonly id?: string;
  readonly command: Command;
  readonly commandId: string;
  readonly actor: Actor;
  /** The revision the caller saw; the command is refused with `RevisionMoved` when the stream is elsewhere. */
  readonly expectedRevision?: number | undefined;
  /**
   * Says why the actor may not do this to a stream in this state, if so. Asked of the state that is decided on, before
   * anything else about the stream is answered; what it gives is thrown.
   */
  readonly denies?: ((state: DeepReadonly<State>) => Error | undefined) | undefined;
  readonly correlationId?: string | undefined;
  readonly causationId?: string | undefined;
}

/** What came of a command that was not refused. */
export interface Receipt {
  readonly id: string;
  readonly stream: StreamName;
  /** Revision and position of the command's last event, or of the stream's when it changed nothing. */
  readonly revision: number;
  readonly position: bigint;
  /** Empty when there was nothing to change. */
  readonly eventIds: readonly string[];
  /** The command had been carried out before; this is its first receipt. */
  readonly replayed: boolean;
}

/** There is no such aggregate. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
  constructor(readonly stream: StreamName) {
    super(`${stream} does not exist`);
  }
}

/** The caller saw another revision than the newest. */
export class RevisionMoved extends Error {
  override readonly name = 'RevisionMoved';
  constructor(
    readonly expected: number,
    readonly current: ExpectedRevision,
  ) {
    super(
      `expected revision ${expected}, but ${current === noStream ? 'nothing is there yet' : `the newest is ${current}`}`,
    );
  }
}

/** The same command id came with another command. */
export class CommandIdReused extends Error {
  override readonly name = 'CommandIdReused';
}

/** Others changed the stream more often than the bound on trying again allows. Nothing was written. */
export class Busy extends Error {
  override readonly name = 'Busy';
}
