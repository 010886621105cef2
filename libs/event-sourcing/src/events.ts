import { type Static, type TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import type { JsonText, RecordedEvent } from './event-store.js';
import type { Clear, SealedValue } from './protected.js';
import { trust } from './trust.js';

/** One event as the domain speaks of it, in the newest shape of its type. */
export interface DomainEvent {
  readonly type: string;
  readonly data: unknown;
}

/** Who asked for a change, and on the strength of what. Stored with every event. */
export interface Metadata {
  readonly commandId: string;
  readonly commandHash: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly actor: Actor;
  readonly compartments: readonly string[];
  readonly reason?: string;
}

export interface Actor {
  readonly subject: string;
  readonly roles: readonly string[];
  readonly onBehalfOf?: string;
}

/** Makes the next newer shape of an event's data from an older one. Pure, and never changed once released. */
export type Upcast = (older: never) => unknown;

/** An event whose shape has changed: the newest schema, and the way there from each older version, oldest first. */
export interface Versioned<S extends TSchema = TSchema> {
  readonly schema: S;
  readonly upcasts: readonly Upcast[];
}

/** `versions(v3, fromV1, fromV2)`: data stored as version 1 passes through both, as version 2 through the second. */
export function versions<S extends TSchema>(schema: S, ...upcasts: readonly Upcast[]): Versioned<S> {
  return { schema, upcasts };
}

export type EventSchemas = Readonly<Record<string, TSchema | Versioned>>;
type SchemaOf<E> = E extends Versioned<infer S> ? S : E extends TSchema ? E : never;
type DataOf<E> = Readonly<Static<SchemaOf<E>>>;

/** Data on its way to the store: what will be sealed is still `Clear`, and nowhere but in such a member. */
type Unsealed<T> = {
  [K in keyof T]: SealedValue extends Exclude<T[K], undefined> ? T[K] | Clear : T[K];
};

/** The union of all events of a definition. */
export type EventOf<S extends EventSchemas> = {
  [K in keyof S & string]: { readonly type: K; readonly data: DataOf<S[K]> };
}[keyof S & string];

/**
 * What `evolve` may know beside the data. Not the store's clock: an append does not tell it, and a state that depended
 * on it would have to be read back before the next decision.
 */
export interface Occurrence {
  readonly eventId: string;
  readonly revision: number;
  readonly actor: Actor;
}

/** One case per event type; a forgotten one does not compile. The fold owns the draft, so cases mutate it. */
export type EvolveOf<D, State> =
  D extends Events<infer S>
    ? { readonly [K in keyof S & string]: (draft: State, data: DataOf<S[K]>, at: Occurrence) => void }
    : never;

export interface EventDefinition {
  readonly type: string;
  readonly schema: TSchema;
  readonly schemaVersion: number;
}

/** The events of one category of streams: their constructors, and their way into and out of the store. */
export interface Events<S extends EventSchemas = EventSchemas> {
  readonly category: string;
  readonly definitions: readonly EventDefinition[];
  readonly make: {
    readonly [K in keyof S & string]: (data: Unsealed<Static<SchemaOf<S[K]>>>) => {
      readonly type: K;
      readonly data: DataOf<S[K]>;
    };
  };
  /** Checks an event against its schema and gives what is stored. Throws `InvalidEvent`: a bug in a decision. */
  encode(event: DomainEvent): { type: string; schemaVersion: number; data: JsonText };
  /** The event in its newest shape. Throws `UndecodableEvent`: the history is newer than this program, or broken. */
  decode(recorded: Pick<RecordedEvent, 'type' | 'schemaVersion' | 'data'>): DomainEvent;
}

/** A decision made an event that its schema refuses. */
export class InvalidEvent extends Error {
  override readonly name = 'InvalidEvent';
}

/** A stored event of a type or version this program does not know, or whose data is not readable. */
export class UndecodableEvent extends Error {
  override readonly name = 'UndecodableEvent';
}

/** Defines the events of a category. A released name never changes; a changed shape is a new version (`versions`). */
export function defineEvents<const S extends EventSchemas>(category: string, schemas: S): Events<S> {
  const entries = new Map(Object.entries(schemas).map(([type, entry]) => [type, versioned(entry)]));
  const validators = new Map<string, Validator>();

  const entryOf = (type: string): Versioned => {
    const entry = entries.get(type);
    if (!entry) throw new UndecodableEvent(`${category} has no event ${type}`);
    return entry;
  };

  const validatorOf = (type: string): Validator => {
    const known = validators.get(type);
    if (known) return known;
    const compiled = Compile(entryOf(type).schema);
    validators.set(type, compiled);
    return compiled;
  };

  return {
    category,
    definitions: [...entries].map(([type, entry]) => ({
      type,
      schema: entry.schema,
      schemaVersion: entry.upcasts.length + 1,
    })),
    make: constructors(schemas),
    encode({ type, data }) {
      const validator = validatorOf(type);
      if (!validator.Check(data)) {
        const [fault] = validator.Errors(data);
        throw new InvalidEvent(`${type}${fault?.instancePath ?? ''}: ${fault?.message ?? 'invalid'}`);
      }
      return { type, schemaVersion: entryOf(type).upcasts.length + 1, data: JSON.stringify(data) };
    },
    decode({ type, schemaVersion, data }) {
      const { upcasts } = entryOf(type);
      if (schemaVersion < 1 || schemaVersion > upcasts.length + 1)
        throw new UndecodableEvent(
          `${type} version ${schemaVersion}: versions 1 to ${upcasts.length + 1} are known`,
        );
      return { type, data: upcastFrom(parse(type, data), upcasts.slice(schemaVersion - 1)) };
    },
  };
}

function versioned(entry: TSchema | Versioned): Versioned {
  return isVersioned(entry) ? entry : { schema: entry, upcasts: [] };
}

function isVersioned(entry: TSchema | Versioned): entry is Versioned {
  return 'upcasts' in entry;
}

function parse(type: string, text: JsonText): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UndecodableEvent(`${type} holds data that is not JSON`, { cause });
  }
}

function upcastFrom(data: unknown, upcasts: readonly Upcast[]): unknown {
  // The one place where a stored shape, known only by its version number, meets the function written for it.
  return upcasts.reduce<unknown>((older, upcast) => upcast(trust<never>(older)), data);
}

function constructors<S extends EventSchemas>(schemas: S): Events<S>['make'] {
  const make = Object.fromEntries(
    Object.keys(schemas).map((type) => [type, (data: unknown) => ({ type, data })]),
  );
  // Object.fromEntries forgets which key has which function; the loop above is what makes it true.
  return trust<Events<S>['make']>(make);
}
