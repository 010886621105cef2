import { validate } from 'class-validator';
import { Type } from 'typebox';
import {
  aggregate,
  canonicalJson,
  Clear,
  CommandHandler,
  type CommandHandlerOptions,
  decision,
  defineEvents,
  derivedId,
  enclose,
  faultsOf,
  Field,
  history,
  inMemoryEventStore,
  observation,
  readAt,
  Refused,
  SealedField,
  type SealedPlace,
  sealedValue,
  type SealedValue,
} from '#event-sourcing';

// What a decision needs from outside the log, and what must not get into the log in clear.

const crateEvents = defineEvents('crate', {
  CrateOpened: Type.Object({ owner: sealedValue }),
  CrateWeighed: Type.Object({ grams: Type.Integer(), keptSince: Type.Integer() }),
  CrateMarked: Type.Object({ first: sealedValue }),
});
const { CrateOpened, CrateWeighed, CrateMarked } = crateEvents.make;
const crate = aggregate(crateEvents, Type.Object({ scale: Type.String() }), () => ({ scale: 'coarse' }), {
  CrateOpened: () => {},
  CrateWeighed: (draft) => {
    draft.scale = 'fine';
  },
  CrateMarked: () => {},
});

class OpenCrate {
  @SealedField(Type.String({ minLength: 3 })) readonly owner!: Clear<string>;
}
const openCrate = decision(crate, OpenCrate, {
  creates: true,
  decide: (_, { owner }) => [CrateOpened({ owner })],
});
class WeighCrate {
  @Field(Type.String()) readonly from!: string;
}
const weighCrate = decision(crate, WeighCrate, {
  reads: (_, { from }) => ({ origin: readAt(crate, from) }),
  observes: ({ scale }) => ({ weight: observation<number>('weight', { scale }) }),
  decide: (_, __, { weight, origin }) => [CrateWeighed({ grams: weight, keptSince: origin?.revision ?? -1 })],
});
class MarkCrate {
  @SealedField(Type.String()) readonly mark!: Clear<string>;
}
const markTwice = decision(crate, MarkCrate, {
  decide: (_, { mark }) => [CrateMarked({ first: mark }), CrateMarked({ first: mark })],
});

const sealed: SealedValue = { keyId: derivedId('key'), dataKey: 'aaaa', ciphertext: 'bbbb' };

function workshop(options: Partial<CommandHandlerOptions> = {}) {
  const store = options.store ?? inMemoryEventStore();
  const handler = new CommandHandler({ store, hashKey: new Uint8Array(32), ...options });
  let asked = 0;
  const common = () => {
    asked += 1;
    return { commandId: derivedId('outside', String(asked)), actor: { subject: 'someone', roles: [] } };
  };
  const open = (owner = 'Somebody', over: object = {}) =>
    handler.handle({
      useCase: openCrate,
      command: Object.assign(new OpenCrate(), { owner: new Clear(owner) }),
      ...common(),
      ...over,
    });
  const weigh = (id: string, over: object = {}) =>
    handler.handle({
      useCase: weighCrate,
      id,
      command: Object.assign(new WeighCrate(), { from: id }),
      ...common(),
      ...over,
    });
  return { store, handler, open, weigh, common };
}

async function textOf(store: CommandHandlerOptions['store'], stream: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const page of store.readStream(stream)) texts.push(...page.map(({ data }) => data));
  return texts;
}

test('a sealed field is stored as it was sealed, for its stream, command and name', async () => {
  const places: SealedPlace[] = [];
  const { store, open } = workshop({
    sealer: {
      seal: async (place, fields) =>
        new Map(
          [...fields].map(([field, clear]) => {
            places.push({ ...place, field });
            expect(clear.reveal()).toBe('Somebody');
            return [field, sealed];
          }),
        ),
    },
  });
  const commandId = derivedId('a command');
  const { stream } = await open('Somebody', { commandId });
  expect(await textOf(store, stream)).toEqual([JSON.stringify({ owner: sealed })]);
  expect(places).toEqual([{ stream, commandId, field: 'owner' }]);
});

test('history tells that something was sealed, and not into what', async () => {
  const { store, open } = workshop({ sealer: { seal: async () => new Map([['owner', sealed]]) } });
  const { id } = await open();
  const [entry] = await history(store, crate, id, { from: 0, limit: 1 });
  expect(entry?.data).toEqual({ owner: { sealed: true } });
});

test('without a sealer, and in two events of one command, nothing is stored', async () => {
  const { store, open } = workshop();
  await expect(open()).rejects.toThrow('CrateOpened holds fields that cannot be sealed here');
  expect(await store.head()).toBe(0n);
  const sealing = workshop({ sealer: { seal: async () => new Map([['owner', sealed]]) } });
  const { id } = await sealing.open();
  const twice = sealing.handler.handle({
    useCase: markTwice,
    id,
    command: Object.assign(new MarkCrate(), { mark: new Clear('x') }),
    ...sealing.common(),
  });
  await expect(twice).rejects.toThrow('CrateMarked holds fields that cannot be sealed here');
  expect(await sealing.store.head()).toBe(1n);
});

test('a command is the same whatever its sealed fields say, so nothing can be guessed from its hash', async () => {
  const { open } = workshop({ sealer: { seal: async () => new Map([['owner', sealed]]) } });
  const commandId = derivedId('a command');
  const first = await open('Somebody', { commandId });
  expect(await open('Somebody else', { commandId })).toEqual({ ...first, replayed: true });
  expect(canonicalJson({ owner: new Clear('a') })).toBe(canonicalJson({ owner: new Clear('b') }));
});

test('a sealed field is checked like any other, enclosed or not, and its faults do not quote it', async () => {
  const faults = async (owner: unknown) =>
    faultsOf(await validate(Object.assign(new OpenCrate(), { owner }), { whitelist: true }));
  expect(await faults('abc')).toEqual([]);
  expect(await faults(new Clear('abc'))).toEqual([]);
  expect(await faults('zq')).toEqual([{ pointer: '/owner', message: expect.not.stringContaining('zq') }]);
  expect(await faults(new Clear('zq'))).toHaveLength(1);
  const command = Object.assign(new OpenCrate(), { owner: 'abc' });
  enclose(command);
  expect(command.owner).toBeInstanceOf(Clear);
  expect(JSON.stringify(command)).toBe('{"owner":{}}');
});

describe('an observation', () => {
  const sealer = { seal: async () => new Map([['owner', sealed]]) };

  test('is made for the state that is decided on, once, and gives the revision that was read', async () => {
    const looked: unknown[] = [];
    const { store, open, weigh } = workshop({
      sealer,
      observe: async ({ of }) => looked.push(of),
    });
    const { id, stream } = await open();
    await weigh(id);
    await weigh(id);
    expect(looked).toEqual([{ scale: 'coarse' }, { scale: 'fine' }]);
    expect((await textOf(store, stream)).slice(1).map((text): unknown => JSON.parse(text))).toEqual([
      { grams: 1, keptSince: 0 },
      { grams: 2, keptSince: 1 },
    ]);
  });

  test('is made again where another command changed what is to be looked at', async () => {
    const looked: unknown[] = [];
    const store = inMemoryEventStore();
    const other = workshop({ store, sealer, observe: async () => 7 });
    const { id } = await other.open();
    const { weigh } = workshop({
      store,
      observe: async ({ of }) => {
        looked.push(of);
        if (looked.length === 1) await other.weigh(id, { commandId: derivedId('other') });
        return looked.length;
      },
    });
    await weigh(id, { commandId: derivedId('slower') });
    expect(looked).toEqual([{ scale: 'coarse' }, { scale: 'fine' }]);
    expect(await store.head()).toBe(3n);
  });

  test('is not made for who may not do this, for what is not there, nor for a repeat', async () => {
    let looks = 0;
    const { open, weigh } = workshop({ sealer, observe: async () => (looks += 1) });
    const { id } = await open();
    await expect(weigh(id, { denies: () => new Refused('no') })).rejects.toThrow('no');
    await expect(weigh(derivedId('nowhere'))).rejects.toThrow('does not exist');
    expect(looks).toBe(0);
    const commandId = derivedId('once');
    const first = await weigh(id, { commandId });
    expect(await weigh(id, { commandId })).toEqual({ ...first, replayed: true });
    expect(looks).toBe(1);
  });

  test('that fails is the command’s failure, and nothing was written', async () => {
    const { store, open, weigh } = workshop({
      sealer,
      observe: () => Promise.reject(new Error('the scale is away')),
    });
    const { id } = await open();
    await expect(weigh(id)).rejects.toThrow('the scale is away');
    expect(await store.head()).toBe(1n);
  });
});
