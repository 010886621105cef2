import type { Aggregate } from './aggregate.js';
import type { Actor, DomainEvent } from './events.js';
import type { Json } from './json.js';
import { trust } from './trust.js';

/**
 * The domain says no to a decision. `code` is a rule's stable name, `detail` what it met. Nothing was recorded by
 * the command itself.
 */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(
    readonly code: string,
    readonly detail?: string,
  ) {
    super(detail === undefined ? code : `${code}: ${detail}`);
  }
}

/** A rule and whether it holds. Decisions are refused by it, facts become irregular by it, boards show it. */
export interface Guard<Code extends string = string> {
  readonly code: Code;
  readonly holds: boolean;
  readonly detail?: string;
}

/** Throws `Refused` by the first guard that does not hold. */
export function demand(...guards: readonly Guard[]): void {
  const broken = guards.find((guard) => !guard.holds);
  if (broken) throw new Refused(broken.code, broken.detail);
}

/** The codes of the guards that do not hold. */
export function broken<Code extends string>(...guards: readonly Guard<Code>[]): Code[] {
  return guards.filter((guard) => !guard.holds).map((guard) => guard.code);
}

export type DeepReadonly<T> = T extends (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

/** The same value, for a reader who must not change it. */
export function readonly<T>(value: T): DeepReadonly<T> {
  return trust<DeepReadonly<T>>(value);
}

/** Another aggregate whose state a decision needs. `handle` reads it just before deciding, never from a stale cache. */
export interface Read<State = unknown> {
  readonly aggregate: Aggregate<State>;
  readonly id: string;
}

export function read<State>(aggregate: Aggregate<State>, id: string): Read<State> {
  return { aggregate, id };
}

/** The same with the revision it was read at, for a decision that records which one it saw. */
export interface ReadAt<State = unknown> extends Read<State> {
  readonly withRevision: true;
}

export function readAt<State>(aggregate: Aggregate<State>, id: string): ReadAt<State> {
  return { aggregate, id, withRevision: true };
}

/** A state that was read, and the revision it had. */
export interface StateAt<State> {
  readonly state: DeepReadonly<State>;
  readonly revision: number;
}

export type Reads = Readonly<Record<string, Read | readonly Read[]>>;

/**
 * Something outside the log that a decision needs to know, as it is when it is looked at: stored bytes, for instance.
 * Whoever runs the command handler looks at it (`observe`), once per command, before the command has its turn.
 */
export interface Observation<Found = unknown> {
  readonly what: string;
  readonly of: Json;
  /** Never there: says what is found. */
  readonly finds?: Found;
}

export function observation<Found>(what: string, of: Json): Observation<Found> {
  return { what, of };
}

export type Observations = Readonly<Record<string, Observation | undefined>>;

/** What was found, under the names it was asked by; `undefined` where nothing was to be looked at. */
export type FoundBy<O> = {
  readonly [K in keyof O]:
    | (O[K] extends Observation<infer Found> | undefined ? Found : never)
    | (undefined extends O[K] ? undefined : never);
};

/** The states that were read, under the names they were asked by; `undefined` where there is no such stream. */
export type StatesOf<R> = {
  readonly [K in keyof R]: R[K] extends readonly (infer One)[] ? readonly StateOf<One>[] : StateOf<R[K]>;
};
type StateOf<R> =
  R extends ReadAt<infer State>
    ? StateAt<State> | undefined
    : R extends Read<infer State>
      ? DeepReadonly<State> | undefined
      : never;

/** What a decision may know beside state and command. Everything in it is given, so deciding again is safe. */
export interface Context {
  /** Id of the aggregate the command is for. */
  readonly id: string;
  readonly actor: Actor;
  /** RFC 3339 in UTC with milliseconds. */
  readonly now: string;
  /** A UUID that depends on the command alone: a repeat gets the same. */
  readonly newId: (label?: string) => string;
  /** A UUID that nobody can foresee and that differs on each attempt: for what must not follow from the command. */
  readonly random: string;
}

type Decide<State, Event, Command, Extra> = (
  state: DeepReadonly<State>,
  command: Readonly<Command>,
  context: Context & Extra,
) => readonly Event[];

interface Shape<State, Command, R extends Reads, O extends Observations> {
  /** The command makes a new stream, whose id derives from the command id. */
  readonly creates?: boolean;
  /** The command may be the first of its stream, under an id that is given: a ledger beside another aggregate. */
  readonly opens?: boolean;
  /** A refusal is itself recorded, in the refusal stream of the subject. */
  readonly sensitive?: boolean;
  /** Other aggregates the decision needs, read fresh before every attempt. */
  readonly reads?: (state: DeepReadonly<State>, command: Readonly<Command>) => R;
  /**
   * What has to be looked at outside the log. Costly: gives nothing for what will be refused anyway. Looked at again
   * where the state has come to ask for something else.
   */
  readonly observes?: (state: DeepReadonly<State>, command: Readonly<Command>, actor: Actor, id: string) => O;
}

/** One thing a user can ask for, as edges, policies, docs and tests see it. */
export interface UseCase<State = unknown, Command extends object = object> {
  /** The command's class name, for instance `LinkEvidence`. */
  readonly name: string;
  /** A decision may be refused. A fact already happened: it is recorded with its irregularities, never refused. */
  readonly kind: 'decision' | 'fact';
  readonly aggregate: Aggregate<State>;
  readonly command: new () => Command;
  readonly creates: boolean;
  readonly opens: boolean;
  readonly sensitive: boolean;
  reads(state: DeepReadonly<State>, command: Readonly<Command>): Reads;
  /** Whether anything outside the log is looked at. */
  readonly isObserving: boolean;
  observes(state: DeepReadonly<State>, command: Readonly<Command>, actor: Actor, id: string): Observations;
  decide(
    state: DeepReadonly<State>,
    command: Readonly<Command>,
    context: Context,
    readAndFound: object,
  ): readonly DomainEvent[];
}

/** A use case that may be refused: `decide` throws `Refused`, by `demand` or by hand. No events: already so. */
export function decision<
  State,
  Event extends DomainEvent,
  Command extends object,
  R extends Reads = Record<never, never>,
  O extends Observations = Record<never, never>,
>(
  aggregate: Aggregate<State, Event>,
  command: new () => Command,
  spec: Shape<State, Command, R, O> & {
    readonly decide: Decide<State, Event, Command, StatesOf<R> & FoundBy<O>>;
  },
): UseCase<State, Command> {
  return useCase('decision', aggregate, command, spec, spec.decide);
}

/**
 * A use case that records what already happened. The guards of `rules` that do not hold become its
 * `irregularities`; `record` has no way to refuse.
 */
export function fact<
  State,
  Event extends DomainEvent,
  Command extends object,
  R extends Reads = Record<never, never>,
  O extends Observations = Record<never, never>,
>(
  aggregate: Aggregate<State, Event>,
  command: new () => Command,
  spec: Shape<State, Command, R, O> & {
    readonly rules: (
      state: DeepReadonly<State>,
      command: Readonly<Command>,
      context: Context & StatesOf<R> & FoundBy<O>,
    ) => readonly Guard[];
    readonly record: Decide<
      State,
      Event,
      Command,
      StatesOf<R> & FoundBy<O> & { readonly irregularities: string[] }
    >;
  },
): UseCase<State, Command> {
  const record: Decide<State, Event, Command, StatesOf<R> & FoundBy<O>> = (state, asked, context) => {
    const irregularities = broken(...spec.rules(state, asked, context));
    try {
      return spec.record(state, asked, { ...context, irregularities });
    } catch (error) {
      if (error instanceof Refused)
        throw new Error(`${command.name} is a fact and refused itself`, { cause: error });
      throw error;
    }
  };
  return useCase('fact', aggregate, command, spec, record);
}

function useCase<
  State,
  Event extends DomainEvent,
  Command extends object,
  R extends Reads,
  O extends Observations,
>(
  kind: UseCase['kind'],
  aggregate: Aggregate<State, Event>,
  command: new () => Command,
  spec: Shape<State, Command, R, O>,
  decide: Decide<State, Event, Command, StatesOf<R> & FoundBy<O>>,
): UseCase<State, Command> {
  return {
    name: command.name,
    kind,
    aggregate,
    command,
    creates: spec.creates ?? false,
    opens: spec.opens ?? false,
    sensitive: spec.sensitive ?? false,
    reads: (state, asked) => spec.reads?.(state, asked) ?? {},
    isObserving: spec.observes !== undefined,
    observes: (state, asked, actor, id) => spec.observes?.(state, asked, actor, id) ?? {},
    // `handle` reads and looks at exactly what was named, which is what `StatesOf<R>` and `FoundBy<O>` say.
    decide: (state, asked, context, readAndFound) =>
      decide(state, asked, { ...context, ...trust<StatesOf<R> & FoundBy<O>>(readAndFound) }),
  };
}
