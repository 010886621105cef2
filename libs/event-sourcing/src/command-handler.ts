import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Aggregate, Fold, streamOf } from './aggregate.js';
import {
  type Appended,
  type EventStore,
  type EventToAppend,
  type ExpectedRevision,
  RevisionConflict,
  type StreamName,
} from './event-store.js';
import type { DomainEvent, Metadata } from './events.js';
import { type Asked, Busy, CommandIdReused, NotFound, type Receipt, RevisionMoved } from './command.js';
import { FoldCache } from './fold-cache.js';
import { commandHash, derivedId } from './ids.js';
import { type Observe, Observed } from './observed.js';
import type { Sealer } from './protected.js';
import { sealedEvents } from './sealing.js';
import { Turns } from './turns.js';
import { type Context, type DeepReadonly, type Read, readonly, Refused, type Reads } from './use-case.js';

export interface CommandHandlerOptions {
  readonly store: EventStore;
  /** Key of the command hashes; the same in every process of an installation, for ever. */
  readonly hashKey: Uint8Array;
  readonly now?: () => Date;
  /** Of the events whose folds are kept; 4 MiB unless told. A fold takes two to four times as much. */
  readonly cachedBytesMax?: number;
  readonly conflictsMax?: number;
  /** The longest that a command waits for those before it on its stream; 10 s unless told. */
  readonly turnWaitMsMax?: number;
  /** Seals what is never in clear; without it no event may hold such a value. */
  readonly sealer?: Sealer;
  readonly observe?: Observe;
}

/** A state at one revision of its stream. */
export interface Loaded<State> {
  readonly state: DeepReadonly<State>;
  readonly revision: number;
  readonly position: bigint;
}

interface ToAppend {
  readonly events: readonly EventToAppend[];
  readonly expected: ExpectedRevision;
  readonly metadata: Metadata;
}

type Outcome = ToAppend | { readonly error: Error } | { readonly receipt: Receipt };

/**
 * Carries commands out: fold, decide, append at the revision that was folded, and again when another was faster.
 *
 * A cached fold answers only when the outcome is an append, because only the append checks it. Before anything else
 * is answered (already so, refused, moved on), and for every state a decision merely reads, the events after the
 * cached revision are read first. So any number of processes may serve the same streams. Within one process the
 * commands of a stream take turns, which spares them conflicts with each other.
 */
export class CommandHandler {
  readonly #store: EventStore;
  readonly #cache: FoldCache;
  readonly #turns: Turns;
  readonly #now: () => Date;
  readonly #conflictsMax: number;

  constructor(private readonly options: CommandHandlerOptions) {
    this.#store = options.store;
    this.#cache = new FoldCache(options.cachedBytesMax ?? 4 * 1024 * 1024);
    this.#now = options.now ?? (() => new Date());
    this.#conflictsMax = options.conflictsMax ?? 12;
    this.#turns = new Turns(options.turnWaitMsMax ?? 10_000);
  }

  /**
   * Decides and appends. Rejects with `Refused`, `NotFound`, `RevisionMoved`, `CommandIdReused`, `Busy`, with what
   * `denies` gave and with the errors of `EventStore.append`; after each of them but `StoreUnavailable` nothing was
   * written, and after that one the same command id finds out.
   */
  async handle<State, Command extends object>(asked: Asked<State, Command>): Promise<Receipt> {
    const { aggregate, creates } = asked.useCase;
    const id = creates ? derivedId('aggregate', aggregate.category, asked.commandId) : asked.id;
    if (id === undefined)
      throw new TypeError(`${asked.useCase.name} needs the id of its ${aggregate.category}`);
    const stream = streamOf(aggregate.category, id);
    const observed = new Observed(this.options.observe);
    if (asked.useCase.isObserving) await this.#observeFirst(asked, id, stream, observed);
    return this.#turns.next(stream, () => this.#carryOut(asked, id, stream, observed));
  }

  /** The newest state, or nothing where there is no such stream. */
  async load<State>(aggregate: Aggregate<State>, id: string): Promise<Loaded<State> | undefined> {
    return this.inspect(aggregate, id, (loaded) => structuredClone(loaded));
  }

  /**
   * What `look` makes of the newest state, or nothing where there is no such stream. The state goes on changing under
   * later commands, so nothing of it may be kept.
   */
  async inspect<State, T>(
    aggregate: Aggregate<State>,
    id: string,
    look: (loaded: Loaded<State>) => T,
  ): Promise<T | undefined> {
    const fold = await this.#current(aggregate, streamOf(aggregate.category, id));
    if (!fold.exists) return undefined;
    return look({ state: readonly(fold.state), revision: fold.revision, position: fold.position });
  }

  /** Looking may take minutes, so it is done before the turn, for who may do this; in the turn only if it changed. */
  async #observeFirst<State, Command extends object>(
    { useCase, command, commandId, actor, denies }: Asked<State, Command>,
    id: string,
    stream: StreamName,
    observed: Observed,
  ): Promise<void> {
    const fold = await this.#current(useCase.aggregate, stream);
    const state = readonly(fold.state);
    if (!fold.exists || denies?.(state) || fold.commands.has(commandId)) return;
    await observed.all(useCase.observes(state, command, actor, id));
  }

  async #carryOut<State, Command extends object>(
    asked: Asked<State, Command>,
    id: string,
    stream: StreamName,
    observed: Observed,
  ): Promise<Receipt> {
    const { aggregate, creates } = asked.useCase;
    const hash = commandHash(this.options.hashKey, asked.useCase.name, asked.command);
    const cached = this.#cache.get(aggregate, stream);
    const fold = cached ?? new Fold(aggregate);
    // A stream that is about to be made is not read first: the append finds out whether it is there.
    let isCurrent = !cached && !creates;
    if (isCurrent) await this.#readOn(fold, stream);
    for (let conflicts = 0; ;) {
      const outcome = await this.#outcome(asked, id, stream, fold, hash, observed);
      if ('events' in outcome) {
        try {
          return await this.#append(id, stream, fold, outcome);
        } catch (error) {
          if (!(error instanceof RevisionConflict)) throw error;
          conflicts += 1;
          if (conflicts > this.#conflictsMax)
            throw new Busy(`${stream} changed ${conflicts} times`, { cause: error });
          await delay(Math.random() * Math.min(2 ** conflicts, 64));
        }
      } else if (isCurrent) {
        if ('error' in outcome) throw outcome.error;
        return outcome.receipt;
      }
      await this.#readOn(fold, stream);
      isCurrent = true;
    }
  }

  /** Decides on the fold as it is. Nothing awaits between the last look at the fold and the events. */
  async #outcome<State, Command extends object>(
    { useCase, command, commandId, actor, ...asked }: Asked<State, Command>,
    id: string,
    stream: StreamName,
    fold: Fold<State>,
    hash: string,
    observed: Observed,
  ): Promise<Outcome> {
    const state = readonly(fold.state);
    let revision: number;
    let states: object;
    do {
      revision = fold.revision;
      const reads = Object.entries(useCase.reads(state, command));
      states = reads.length === 0 ? {} : await this.#statesOf(reads);
      if (useCase.isObserving && fold.exists && !asked.denies?.(state) && !fold.commands.has(commandId))
        states = { ...states, ...(await observed.all(useCase.observes(state, command, actor, id))) };
    } while (fold.revision !== revision);

    const denial = fold.exists ? asked.denies?.(state) : undefined;
    if (denial) return { error: denial };

    const own = fold.commands.get(commandId);
    if (own?.hash === hash)
      return {
        receipt: {
          id,
          stream,
          revision: own.revision,
          position: own.position,
          eventIds: own.eventIds,
          replayed: true,
        },
      };
    if (own)
      return {
        error: new CommandIdReused(`the command id stands for another ${useCase.aggregate.category} command`),
      };
    if (!fold.exists && !useCase.creates && !useCase.opens) return { error: new NotFound(stream) };
    if (asked.expectedRevision !== undefined && asked.expectedRevision !== revision)
      return { error: new RevisionMoved(asked.expectedRevision, revision) };

    const context: Context = {
      id,
      actor,
      now: this.#now().toISOString(),
      newId: (label = '') => derivedId('part', commandId, label),
      random: randomUUID(),
    };
    let events: readonly DomainEvent[];
    try {
      events = useCase.decide(state, command, context, states);
    } catch (error) {
      if (error instanceof Refused) return { error };
      throw error;
    }
    if (events.length === 0)
      return { receipt: { id, stream, revision, position: fold.position, eventIds: [], replayed: false } };
    const metadata: Metadata = {
      commandId,
      commandHash: hash,
      correlationId: asked.correlationId ?? commandId,
      causationId: asked.causationId ?? commandId,
      actor,
      compartments: [],
      ...('reason' in command && typeof command.reason === 'string' ? { reason: command.reason } : {}),
    };
    const sealed = await sealedEvents(events, { stream, commandId }, this.options.sealer);
    return { expected: revision, events: toAppend(useCase.aggregate, sealed, metadata), metadata };
  }

  async #append<State>(
    id: string,
    stream: StreamName,
    fold: Fold<State>,
    { events, expected, metadata }: ToAppend,
  ): Promise<Receipt> {
    const { revision, position }: Appended = await this.#store.append(stream, expected, events);
    this.#keeping(stream, fold, () =>
      events.forEach((event, index) =>
        fold.apply({ ...event, stream, revision: expected + 1 + index, position }, metadata),
      ),
    );
    return { id, stream, revision, position, eventIds: events.map((event) => event.id), replayed: false };
  }

  async #statesOf(reads: readonly [string, Reads[string]][]): Promise<object> {
    const stateOf = async (asked: Read): Promise<unknown> => {
      const { aggregate, id } = asked;
      const { exists, state, revision } = await this.#current(aggregate, streamOf(aggregate.category, id));
      if (!exists) return undefined;
      return 'withRevision' in asked ? { state, revision } : state;
    };
    const states = reads.map(async ([name, asked]): Promise<[string, unknown]> => [
      name,
      isList(asked) ? await Promise.all(asked.map(stateOf)) : await stateOf(asked),
    ]);
    return Object.fromEntries(await Promise.all(states));
  }

  async #current<State>(aggregate: Aggregate<State>, stream: StreamName): Promise<Fold<State>> {
    const fold = this.#cache.get(aggregate, stream) ?? new Fold(aggregate);
    await this.#readOn(fold, stream);
    return fold;
  }

  async #readOn(fold: Fold, stream: StreamName): Promise<void> {
    for await (const page of this.#store.readStream(stream, { from: fold.revision + 1 }))
      this.#keeping(stream, fold, () => page.forEach((event) => fold.apply(event)));
  }

  /** A fold that could not take an event is half changed and is never used again. */
  #keeping(stream: StreamName, fold: Fold, change: () => void): void {
    try {
      change();
    } catch (error) {
      this.#cache.drop(stream);
      throw error;
    }
    if (fold.exists) this.#cache.keep(stream, fold);
  }
}

function isList(asked: Read | readonly Read[]): asked is readonly Read[] {
  return Array.isArray(asked);
}

/**
 * Event ids derive from the command and the attempt. Not from the command alone: the store takes the same ids at the
 * same revision for a repeat of the same append and reports success, and then a process whose fold is behind would
 * believe that the events it just made, with its own time in them, are the ones that are stored.
 */
function toAppend(aggregate: Aggregate, events: readonly DomainEvent[], metadata: Metadata): EventToAppend[] {
  const text = JSON.stringify(metadata);
  const attempt = randomUUID();
  return events.map((event, index) => ({
    ...aggregate.events.encode(event),
    id: derivedId('event', metadata.commandId, metadata.commandHash, String(index), attempt),
    metadata: text,
  }));
}
