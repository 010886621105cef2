import { validate } from 'class-validator';
import {
  type Actor,
  type Aggregate,
  Clear,
  commandHash,
  CommandHandler,
  derivedId,
  type DomainEvent,
  type EventStore,
  faultsOf,
  inMemoryEventStore,
  type Metadata,
  type Receipt,
  Refused,
  type SealedValue,
  type Sealer,
  streamOf,
  type UseCase,
} from '#event-sourcing';

const hashKey = new TextEncoder().encode('key of the tests');
const someone: Actor = { subject: 'someone', roles: [] };

/** The stream that `given` speaks of, and the moment at which `when` decides unless told otherwise. */
export const subjectId = derivedId('test', 'subject');
export const moment = '2025-03-01T12:00:00.000Z';

/** An event recorded by a certain person, or by a service for one: `by('a', ClosureRequested({ … }))`. */
export function by(subject: string, event: DomainEvent, onBehalfOf?: string): GivenEvent {
  return { event, actor: actorOf({ actor: subject, onBehalfOf }) };
}

interface GivenEvent {
  readonly event: DomainEvent;
  readonly actor: Actor;
}
interface History {
  readonly aggregate: Aggregate;
  readonly id: string;
  readonly events: readonly (DomainEvent | GivenEvent)[];
}
interface Circumstances {
  readonly actor?: string;
  readonly onBehalfOf?: string | undefined;
  readonly roles?: readonly string[];
  readonly now?: string;
  /** What observations find, by what is looked at; one that is not named here cannot be looked at. */
  readonly found?: Readonly<Record<string, unknown>>;
}

/** What the tests' sealer makes of every value. It hides nothing and looks like the real thing. */
export const sealedSample: SealedValue = {
  keyId: derivedId('test', 'key'),
  dataKey: 'ZGF0YSBrZXk=',
  ciphertext: 'c2VhbGVk',
};
export const sampleSealer: Sealer = {
  seal: (_, fields) => Promise.resolve(new Map([...fields.keys()].map((name) => [name, sealedSample]))),
};

/**
 * A use case's test, run through the real `CommandHandler` over the in-memory store:
 * `given(investigation, opened).and(evidence, photo, registered).when(linkEvidence, { … }).then(EvidenceLinked({ … }))`.
 * Fields that class-validator refuses fail the test, unless it ends in `.invalid(pointer)`.
 */
export function given(aggregate: Aggregate, ...events: readonly (DomainEvent | GivenEvent)[]): Given {
  return new Given([{ aggregate, id: subjectId, events }]);
}

/** Nothing has happened before: for use cases that create. */
export const nothingGiven = new (class {
  when<Command extends object>(
    useCase: UseCase<unknown, Command>,
    fields: Fields<Command>,
    circumstances: Circumstances = {},
  ): When {
    return new Given([]).when(useCase, fields, circumstances);
  }
  and(other: Aggregate, id: string, ...events: readonly (DomainEvent | GivenEvent)[]): Given {
    return new Given([]).and(other, id, ...events);
  }
})();

type Fields<Command> = { readonly [K in keyof Command]: Command[K] };

class Given {
  constructor(private readonly histories: readonly History[]) {}

  /** Another aggregate that the decision reads. */
  and(aggregate: Aggregate, id: string, ...events: readonly (DomainEvent | GivenEvent)[]): Given {
    return new Given([...this.histories, { aggregate, id, events }]);
  }

  when<Command extends object>(
    useCase: UseCase<unknown, Command>,
    fields: Fields<Command>,
    circumstances: Circumstances = {},
  ): When {
    return new When(this.histories, useCase, fields, circumstances);
  }
}

class When {
  constructor(
    private readonly histories: readonly History[],
    private readonly useCase: UseCase,
    private readonly fields: object,
    private readonly circumstances: Circumstances,
  ) {}

  /**
   * Exactly these events; and the same command asked again, as a new one, decides nothing unless it creates or opens, or
   * holds what is sealed, which nobody can compare.
   */
  async then(...expected: readonly DomainEvent[]): Promise<void> {
    const run = await this.#prepared();
    const receipt = await run.ask('first');
    expect(await run.recorded(receipt)).toEqual(expected);
    const isSealed = Object.values(this.fields).some((value) => value instanceof Clear);
    if (!this.useCase.creates && !this.useCase.opens && !isSealed)
      expect((await run.ask('second')).eventIds).toEqual([]);
    expect(await run.ask('first')).toEqual({ ...receipt, replayed: true });
  }

  /** It is already so: nothing is recorded. */
  async nothing(): Promise<void> {
    const run = await this.#prepared();
    expect(await run.recorded(await run.ask('first'))).toEqual([]);
  }

  /** The domain says no, by this rule. */
  async refused(code: string): Promise<void> {
    const run = await this.#prepared();
    const refusal: unknown = await run.ask('first').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Refused);
    expect(refusal).toMatchObject({ code });
  }

  /** The command itself is not in order, at this JSON pointer. */
  async invalid(pointer: string): Promise<void> {
    const faults = await faultsIn(this.useCase.command, this.fields);
    expect(faults.map((fault) => fault.pointer)).toContain(pointer);
  }

  async #prepared(): Promise<Run> {
    expect(await faultsIn(this.useCase.command, this.fields)).toEqual([]);
    const store = inMemoryEventStore();
    for (const history of this.histories) await append(store, history);
    return new Run(store, this.useCase, this.fields, this.circumstances);
  }
}

class Run {
  readonly #handler: CommandHandler;

  constructor(
    private readonly store: EventStore,
    private readonly useCase: UseCase,
    private readonly fields: object,
    private readonly circumstances: Circumstances,
  ) {
    this.#handler = new CommandHandler({
      store,
      hashKey,
      sealer: sampleSealer,
      now: () => new Date(circumstances.now ?? moment),
      observe: async ({ what }) => {
        const found = circumstances.found?.[what];
        if (found === undefined) throw new Error(`the test does not say what ${what} is found`);
        return found;
      },
    });
  }

  ask(name: string): Promise<Receipt> {
    return this.#handler.handle({
      useCase: this.useCase,
      id: subjectId,
      command: Object.assign(new this.useCase.command(), this.fields),
      commandId: derivedId('test', 'command', name),
      actor: actorOf(this.circumstances),
    });
  }

  async recorded({ stream, eventIds }: Receipt): Promise<DomainEvent[]> {
    const events: DomainEvent[] = [];
    for await (const page of this.store.readStream(stream))
      for (const event of page)
        if (eventIds.includes(event.id)) events.push(this.useCase.aggregate.events.decode(event));
    return events;
  }
}

function actorOf({ actor = someone.subject, onBehalfOf, roles = [] }: Circumstances): Actor {
  return { subject: actor, roles, ...(onBehalfOf === undefined ? {} : { onBehalfOf }) };
}

async function faultsIn(command: new () => object, fields: object): Promise<{ pointer: string }[]> {
  const errors = await validate(Object.assign(new command(), fields), {
    whitelist: true,
    forbidNonWhitelisted: true,
  });
  return faultsOf(errors);
}

/** One append per event, each by its own command, as history happens. */
async function append(store: EventStore, { aggregate, id, events }: History): Promise<void> {
  const stream = streamOf(aggregate.category, id);
  for (const [index, given] of events.entries()) {
    const { event, actor } = 'event' in given ? given : { event: given, actor: someone };
    const commandId = derivedId('test', stream, String(index));
    const metadata: Metadata = {
      commandId,
      commandHash: commandHash(hashKey, 'given', event),
      correlationId: commandId,
      causationId: commandId,
      actor,
      compartments: [],
    };
    await store.append(stream, index - 1, [
      { ...aggregate.events.encode(event), id: commandId, metadata: JSON.stringify(metadata) },
    ]);
  }
}
