import { validate } from 'class-validator';
import * as fc from 'fast-check';
import { Compile } from 'typebox/compile';
import {
  type Actor,
  type Aggregate,
  CommandHandler,
  Clear,
  derivedId,
  enclose,
  type EventStore,
  faultsOf,
  fieldsOf,
  inMemoryEventStore,
  type Receipt,
  Refused,
  stateAt,
  type UseCase,
} from '#event-sourcing';
import { sampleSealer } from '#event-sourcing/testing';
import { arbitraryMembers, type StringsFor } from '../../../test/support/arbitrary-of-schema.js';
import { nothingOutside } from '../../../test/support/office.js';
import {
  aggregates,
  flagWithdrawnConsent,
  ownInstitution,
  reportBreach,
  storeContent,
  useCases as useCasesOfUsers,
} from './index.js';

// One property for all use cases: whatever happened before, a command that was accepted decides nothing when it is
// asked again, and answers with its first receipt when it is the same command.

/** With those that the server sends for users, or by itself. */
const useCases: readonly UseCase[] = [...useCasesOfUsers, storeContent, reportBreach, flagWithdrawnConsent];

const seed = Date.now() % 2 ** 31;
const batchRuns = 8;
const batchesMax = 30;
const stepsMax = 1000;
/** More of a kind only spreads the commands thinner. */
const ofEachMax = 3;

/** How often a command is drawn before a step is given up because its fields do not go together. */
const candidatesMax = 30;

const actors: readonly Actor[] = ['first', 'second', 'third'].map((subject) => ({
  subject,
  roles: ['SupervisingProsecutor'],
}));
/** These come seldom: a case that is closed, an account that is withdrawn and an erased witness take little else. */
const ends = [
  'RequestClosure',
  'SuspendInvestigation',
  'WithdrawAllegation',
  'RequestErasure',
  'WithdrawReferral',
];
/** What is asked before a use case that chance would hardly ever find the way to; its other fields are as drawn. */
const preparations = new Map<string, readonly [useCase: string, fields: object]>([
  [
    'PlanInterview',
    ['GiveConsent', { recipient: ownInstitution, purpose: 'interview', scope: ['statement'] }],
  ],
]);
const names = useCases.map(({ name }) => name);
const others = names.filter((name) => !ends.includes(name));

const accepted = new Map(names.map((name) => [name, 0]));

interface Step {
  /** Name of the use case: a counterexample can be read. */
  readonly asked: string;
  readonly target: number;
  readonly actor: number;
  readonly seed: number;
  readonly hours: number;
  /** Whether what this step asks approval for is approved by somebody next. */
  readonly approve: boolean;
  readonly isContentIntact: boolean;
}

/** Steps of any kind, every second one of these where there are any. */
const stepsWith = (wanted: readonly string[]): fc.Arbitrary<Step> =>
  fc.record({
    asked: fc.oneof(
      { weight: 1, arbitrary: fc.constantFrom(...ends) },
      { weight: 2 * others.length, arbitrary: fc.constantFrom(...others) },
      ...(wanted.length === 0 ? [] : [{ weight: 2 * others.length, arbitrary: fc.constantFrom(...wanted) }]),
    ),
    target: fc.nat(ofEachMax - 1),
    actor: fc.nat(actors.length - 1),
    seed: fc.integer(),
    hours: fc.constantFrom(0, 0, 1, 30),
    approve: fc.constantFrom(true, true, true, false),
    isContentIntact: fc.boolean(),
  });

/** Use cases that chance has hardly had accepted yet. */
const seldom = () => [...accepted].filter(([, times]) => times < 3);

/** Those, and what has to be asked before it can be approved. */
function wantedNow(): string[] {
  const names = seldom().map(([name]) => name);
  return [...names, ...names.map((name) => name.replace(/^Approve/, 'Request'))].filter(useCaseNamed);
}

test('asked twice, a use case decides nothing the second time', async () => {
  const propertyOf = (wanted: readonly string[]) =>
    fc.asyncProperty(
      fc.array(stepsWith(wanted), { minLength: 1, maxLength: stepsMax, size: 'max' }),
      async (steps) => {
        const office = new Office();
        for (const taken of steps) await office.take(taken);
        await office.isAsItsEventsSay();
      },
    );
  // A batch is nearly always enough; then others, which look for what chance has left out.
  for (let batch = 0; batch < batchesMax && seldom().length > 0; batch += 1) {
    const property = propertyOf(batch === 0 ? [] : wantedNow());
    await fc.assert(property, { seed: seed + batch, numRuns: batchRuns });
  }
  expect({ seed, seldom: seldom() }).toEqual({ seed, seldom: [] });
}, 300_000);

/** Everything that happens in one run. */
class Office {
  readonly #store: EventStore = inMemoryEventStore();
  #now = Date.parse('2025-03-01T12:00:00.000Z');
  readonly #handler = new CommandHandler({
    store: this.#store,
    hashKey: new TextEncoder().encode('key of the tests'),
    now: () => new Date(this.#now),
    sealer: sampleSealer,
    observe: async (asked) => {
      if (asked.what !== 'content') return nothingOutside(asked);
      return this.#isContentIntact ? { intact: true } : { intact: false, breach: { kind: 'missing' } };
    },
  });
  readonly #ids = new Map<string, string[]>(aggregates.map(({ category }) => [category, []]));
  #commands = 0;
  /** What hashing the content of any item finds during one step. */
  #isContentIntact = true;

  async take({ asked: name, ...by }: Step): Promise<void> {
    const useCase = useCaseNamed(name);
    if (!useCase) throw new Error(`there is no ${name}`);
    const known = this.#idsOf(useCase.aggregate.category);
    // The first command for a kind of aggregate makes one of it.
    const asked = known.length === 0 ? creatorOf(useCase.aggregate) : useCase;
    if (asked.creates && known.length >= ofEachMax) return;
    this.#now += by.hours * 3_600_000;
    this.#isContentIntact = by.isContentIntact;
    const id = asked.creates ? undefined : known[by.target % known.length];
    await this.#prepare(asked, id);
    const receipt = await this.#ask(asked, id, by.actor, by.seed);
    const approval = asked.name.startsWith('Request')
      ? useCaseNamed(asked.name.replace('Request', 'Approve'))
      : undefined;
    if (receipt && by.approve && approval)
      await this.#ask(approval, id, by.actor + 1, by.seed, await this.#stringsOf(receipt));
    if (receipt && by.approve && asked.name === 'DraftReferral') await this.#handOn(receipt.id, by);
  }

  /** Right after the draft, for what it hands on moves with nearly every step. */
  async #handOn(id: string, by: Pick<Step, 'actor' | 'seed'>): Promise<void> {
    const [approve, transmit] = [useCaseNamed('ApproveReferral'), useCaseNamed('TransmitReferral')];
    if (approve) await this.#ask(approve, id, by.actor + 1, by.seed);
    if (transmit) await this.#ask(transmit, id, by.actor, by.seed);
  }

  async #prepare({ name }: UseCase, id: string | undefined): Promise<void> {
    const [before = '', fields] = preparations.get(name) ?? [];
    const [useCase, [actor]] = [useCaseNamed(before), actors];
    if (!useCase || !actor || id === undefined) return;
    const command = Object.assign(new useCase.command(), fields);
    await this.#handler.handle({ useCase, id, command, commandId: this.#nextCommandId(), actor });
  }

  /** Asks once, then again as another command and again as the same one. */
  async #ask(
    useCase: UseCase,
    id: string | undefined,
    by: number,
    seedOfFields: number,
    strings?: StringsFor,
  ): Promise<Receipt | undefined> {
    const command = await this.#commandFor(useCase, id, seedOfFields, strings);
    const actor = actors[by % actors.length];
    if (!command || !actor) return undefined;
    const ask = (commandId: string) =>
      this.#handler.handle({ useCase, ...(id === undefined ? {} : { id }), command, commandId, actor });
    const first = this.#nextCommandId();
    const receipt = await ask(first).catch((error: unknown) => {
      if (error instanceof Refused && useCase.kind === 'decision') return undefined;
      throw error;
    });
    if (!receipt || receipt.eventIds.length === 0) return undefined;
    accepted.set(useCase.name, (accepted.get(useCase.name) ?? 0) + 1);
    if (useCase.creates) this.#idsOf(useCase.aggregate.category).push(receipt.id);
    else if (!Object.values(command).some((value) => value instanceof Clear)) {
      const { eventIds, revision } = await ask(this.#nextCommandId());
      expect({ asked: useCase.name, command, eventIds, revision }).toEqual({
        asked: useCase.name,
        command,
        eventIds: [],
        revision: receipt.revision,
      });
    }
    expect(await ask(first)).toEqual({ ...receipt, replayed: true });
    return receipt;
  }

  /** A command whose fields are in order, with ids of what is there; none if chance finds none. */
  async #commandFor(
    useCase: UseCase,
    id: string | undefined,
    seedOfFields: number,
    strings?: StringsFor,
  ): Promise<object | undefined> {
    const loaded = id === undefined ? undefined : await this.#handler.load(useCase.aggregate, id);
    const fields = arbitraryMembers(fieldsOf(useCase.command), strings ?? this.#stringsFrom(loaded?.state));
    for (let draw = 0; draw < candidatesMax; draw += 1) {
      const [drawn] = fc.sample(fields, { seed: seedOfFields + draw, numRuns: 1 });
      const command: object = Object.assign(new useCase.command(), drawn);
      if (faultsOf(await validate(command)).length > 0) continue;
      enclose(command);
      // However many accounts a witness gave before: chance draws two at most.
      const accounts = memberOf(loaded?.state, 'prioraccounts');
      if ('priorAccountsReviewed' in command && accounts)
        command.priorAccountsReviewed = Object.keys(accounts);
      return command;
    }
    return undefined;
  }

  /** What was just asked: its request id and digest, for whoever approves it. */
  async #stringsOf({ stream, revision }: Receipt): Promise<StringsFor> {
    let data: unknown;
    for await (const [event] of this.#store.readStream(stream, { from: revision }))
      data = event && JSON.parse(event.data);
    return (field) => [String(memberOf(data, field.toLowerCase()))];
  }

  /** Ids and digests that a state speaks of, ids of the aggregates that a field's name speaks of, and a strange one. */
  #stringsFrom(state: unknown): StringsFor {
    return (field) => {
      if (field === 'digest')
        return digestsIn([memberOf(state, 'requests'), memberOf(state, 'manifesthash')]);
      if (field === 'items') return streamsIn(memberOf(state, 'manifest'));
      const kind = field.replace(/Id$/, '').toLowerCase();
      const plural = { copy: 'copies', from: 'copies' }[kind] ?? `${kind}s`;
      const inState = [kind, plural].flatMap((name) => idsIn(memberOf(state, name)));
      const category = aggregates.find((known) => kind.endsWith(known.category))?.category;
      const related = {
        ...{ into: 'incident', duplicateof: 'allegation', basis: 'evidence' },
        ...{ incidents: 'incident', allegations: 'allegation', witnesses: 'witness' },
      }[kind];
      if (field === 'accountId' || field === 'priorAccountsReviewed')
        return [...idsIn(memberOf(state, 'prioraccounts')), derivedId('nobody')];
      if (field === 'plannedFor' || field === 'reviewBy') return [this.#laterDay()];
      const all = this.#idsOf(category ?? related ?? '');
      const anything = kind === 'id' ? [...this.#ids.values()].flat() : [];
      if (['member', 'lead', 'subject'].includes(field)) return actors.map(({ subject }) => subject);
      return [...inState, ...inState, ...all, ...anything, derivedId('nobody')];
    };
  }

  /** Every cached state equals the fold of its stream from the first event, and is what its schema says. */
  async isAsItsEventsSay(): Promise<void> {
    for (const aggregate of aggregates satisfies readonly Aggregate[]) {
      const validator = Compile(aggregate.schema);
      for (const id of this.#idsOf(aggregate.category)) {
        const cached = await this.#handler.load<unknown>(aggregate, id);
        const revision = cached?.revision ?? 0;
        const folded = await stateAt<unknown>(this.#store, aggregate, id, { revision });
        expect(cached).toEqual(folded);
        expect([...validator.Errors(cached?.state)]).toEqual([]);
      }
    }
  }

  #laterDay(): string {
    return new Date(this.#now + 30 * 86_400_000).toISOString().slice(0, '2025-03-01'.length);
  }

  #idsOf(category: string): string[] {
    return this.#ids.get(category) ?? [];
  }

  #nextCommandId(): string {
    this.#commands += 1;
    return derivedId('asked twice', String(this.#commands));
  }
}

function useCaseNamed(name: string): UseCase | undefined {
  return useCases.find((useCase) => useCase.name === name);
}

function creatorOf(aggregate: Aggregate): UseCase {
  const creator = useCases.find(
    (useCase) => useCase.creates && useCase.aggregate.category === aggregate.category,
  );
  if (!creator) throw new Error(`nothing creates ${aggregate.category}`);
  return creator;
}

function memberOf(state: unknown, name: string): unknown {
  return Object.entries(state ?? {}).find(([known]) => known.toLowerCase() === name)?.[1];
}

/** Ids that are keys of a member, or of what it groups. */
function idsIn(member: unknown): string[] {
  const text = JSON.stringify(member) ?? '';
  return [...text.matchAll(/"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})":/g)].map(([, id = '']) => id);
}

function streamsIn(member: unknown): string[] {
  return (
    (JSON.stringify(member) ?? '').match(/\b[a-z]+-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g) ?? []
  );
}

function digestsIn(member: unknown): string[] {
  return (JSON.stringify(member) ?? '').match(/\b[0-9a-f]{64}\b/g) ?? [];
}
