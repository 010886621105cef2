import type { Aggregate } from './aggregate.js';
import type { Actor, DomainEvent } from './events.js';
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

export type Reads = Readonly<Record<string, Read | readonly Read[]>>;

/** The states that were read, under the names they were asked by; `undefined` where there is no such stream. */
export type StatesOf<R> = {
  readonly [K in keyof R]: R[K] extends Read<infer State>
    ? DeepReadonly<State> | undefined
    : R[K] extends readonly Read<infer State>[]
      ? readonly (DeepReadonly<State> | undefined)[]
      : never;
};

/** What a decision may know beside state and command. Everything in it is given, so deciding again is safe. */
export interface Context {
  /** Id of the aggregate the command is for. */
  readonly id: string;
  readonly actor: Actor;
  /** RFC 3339 in UTC with milliseconds. */
  readonly now: string;
  /** A UUID that depends on the command alone: a repeat gets the same. */
  readonly newId: (label?: string) => string;
}

type Decide<State, Event, Command, Extra> = (
  state: DeepReadonly<State>,
  command: Readonly<Command>,
  context: Context & Extra,
) => readonly Event[];

interface Shape<State, Command, R extends Reads> {
  /** The command makes a new stream, whose id derives from the command id. */
  readonly creates?: boolean;
  /** The command may be the first of its stream, under an id that is given: a ledger beside another aggregate. */
  readonly opens?: boolean;
  /** A refusal is itself recorded, in the refusal stream of the subject. */
  readonly sensitive?: boolean;
  /** Other aggregates the decision needs, read fresh before every attempt. */
  readonly reads?: (state: DeepReadonly<State>, command: Readonly<Command>) => R;
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
  decide(
    state: DeepReadonly<State>,
    command: Readonly<Command>,
    context: Context,
    reads: object,
  ): readonly DomainEvent[];
}

/** A use case that may be refused: `decide` throws `Refused`, by `demand` or by hand. No events: already so. */
export function decision<
  State,
  Event extends DomainEvent,
  Command extends object,
  R extends Reads = Record<never, never>,
>(
  aggregate: Aggregate<State, Event>,
  command: new () => Command,
  spec: Shape<State, Command, R> & { readonly decide: Decide<State, Event, Command, StatesOf<R>> },
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
>(
  aggregate: Aggregate<State, Event>,
  command: new () => Command,
  spec: Shape<State, Command, R> & {
    readonly rules: (
      state: DeepReadonly<State>,
      command: Readonly<Command>,
      context: Context & StatesOf<R>,
    ) => readonly Guard[];
    readonly record: Decide<State, Event, Command, StatesOf<R> & { readonly irregularities: string[] }>;
  },
): UseCase<State, Command> {
  const record: Decide<State, Event, Command, StatesOf<R>> = (state, asked, context) => {
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

function useCase<State, Event extends DomainEvent, Command extends object, R extends Reads>(
  kind: UseCase['kind'],
  aggregate: Aggregate<State, Event>,
  command: new () => Command,
  spec: Shape<State, Command, R>,
  decide: Decide<State, Event, Command, StatesOf<R>>,
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
    // `handle` reads exactly what `reads` named, which is what `StatesOf<R>` says.
    decide: (state, asked, context, states) =>
      decide(state, asked, { ...context, ...trust<StatesOf<R>>(states) }),
  };
}
