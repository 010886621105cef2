import { type Static, Type } from 'typebox';
import {
  aggregate,
  Busy,
  CommandHandler,
  CommandIdReused,
  decision,
  defineEvents,
  derivedId,
  type EventStore,
  type EvolveOf,
  fact,
  Field,
  inMemoryEventStore,
  InvalidEvent,
  NotFound,
  read,
  Refused,
  RevisionConflict,
  RevisionMoved,
  stateAt,
  StoreUnavailable,
  streamOf,
  type UseCase,
} from '#event-sourcing';

// A register of exhibits, small enough to read: boxes are opened, take items, and are closed.
const events = defineEvents('box', {
  BoxOpened: Type.Object({ label: Type.String({ minLength: 1 }) }),
  ItemPacked: Type.Object({ item: Type.String(), irregularities: Type.Array(Type.String()) }),
  BoxClosed: Type.Object({}),
});
const { BoxOpened, ItemPacked, BoxClosed } = events.make;
const Box = Type.Object({ label: Type.String(), items: Type.Array(Type.String()), closed: Type.Boolean() });
const evolve: EvolveOf<typeof events, Static<typeof Box>> = {
  BoxOpened: (draft, { label }) => {
    draft.label = label;
  },
  ItemPacked: (draft, { item }) => {
    draft.items.push(item);
  },
  BoxClosed: (draft) => {
    draft.closed = true;
  },
};
const box = aggregate(events, Box, () => ({ label: '', items: [], closed: false }), evolve);

class OpenBox {
  @Field(Type.String()) readonly label!: string;
}
class PackItem {
  @Field(Type.String()) readonly item!: string;
}
class CloseBox {}
class CopyLabel {
  @Field(Type.String()) readonly from!: string;
}

const openBox = decision(box, OpenBox, { creates: true, decide: (_, { label }) => [BoxOpened({ label })] });
const packItem = fact(box, PackItem, {
  rules: (state) => [{ code: 'box-closed', holds: !state.closed }],
  record: (state, { item }, { irregularities }) =>
    state.items.includes(item) ? [] : [ItemPacked({ item, irregularities })],
});
const closeBox = decision(box, CloseBox, {
  decide: (state) => {
    if (state.closed) return [];
    if (state.items.length === 0) throw new Refused('box-empty');
    return [BoxClosed({})];
  },
});
const copyLabel = decision(box, CopyLabel, {
  reads: (_, { from }) => ({ other: read(box, from) }),
  decide: (state, _, { other }) => {
    if (!other) throw new Refused('no-such-box');
    return state.items.includes(other.label) ? [] : [ItemPacked({ item: other.label, irregularities: [] })];
  },
});

const hashKey = new Uint8Array(32);
const handlerOver = (store: EventStore, conflictsMax = 12) =>
  new CommandHandler({ store, hashKey, conflictsMax });
let asked = 0;
function ask(
  useCase: UseCase,
  command: object,
  id?: string,
  more: { commandId?: string; expectedRevision?: number } = {},
) {
  const commandId = more.commandId ?? derivedId('ask', String((asked += 1)));
  const actor = { subject: 'a', roles: [] };
  return { useCase, command, actor, commandId, expectedRevision: more.expectedRevision, ...(id && { id }) };
}

/** A store that calls back before each append, so that a test can let another process be faster. */
function interrupted(store: EventStore, beforeAppend: () => Promise<unknown>): EventStore {
  return {
    append: async (...given) => {
      await beforeAppend();
      return store.append(...given);
    },
    readStream: (...given) => store.readStream(...given),
    readAll: (...given) => store.readAll(...given),
    subscribe: (...given) => store.subscribe(...given),
    head: () => store.head(),
  };
}

describe('a command', () => {
  test('creates under an id that its command id gives, and a repeat creates nothing', async () => {
    const store = inMemoryEventStore();
    const handler = handlerOver(store);
    const command = ask(openBox, { label: 'L' }, undefined, { commandId: derivedId('one') });
    const first = await handler.handle(command);
    expect(first).toMatchObject({ revision: 0, position: 1n, replayed: false });
    expect(await handlerOver(store).handle(command)).toEqual({ ...first, replayed: true });
    expect(await store.head()).toBe(1n);
  });

  test('under a command id that stands for another command is turned away', async () => {
    const store = inMemoryEventStore();
    const commandId = derivedId('one');
    await handlerOver(store).handle(ask(openBox, { label: 'L' }, undefined, { commandId }));
    const other = ask(openBox, { label: 'M' }, undefined, { commandId });
    await expect(handlerOver(store).handle(other)).rejects.toThrow(CommandIdReused);
  });

  test('is answered by its own events before anything is decided again', async () => {
    const handler = handlerOver(inMemoryEventStore());
    const { id } = await handler.handle(ask(openBox, { label: 'L' }));
    const pack = ask(packItem, { item: 'x' }, id, { expectedRevision: 0 });
    const first = await handler.handle(pack);
    await handler.handle(ask(closeBox, {}, id));
    expect(await handler.handle(pack)).toEqual({ ...first, replayed: true });
  });

  test('for what does not exist is not found', async () => {
    await expect(
      handlerOver(inMemoryEventStore()).handle(ask(closeBox, {}, derivedId('nowhere'))),
    ).rejects.toThrow(NotFound);
  });

  test('that changes nothing gives the last revision and position', async () => {
    const handler = handlerOver(inMemoryEventStore());
    const { id } = await handler.handle(ask(openBox, { label: 'L' }));
    const packed = await handler.handle(ask(packItem, { item: 'x' }, id));
    const again = await handler.handle(ask(packItem, { item: 'x' }, id));
    expect(again).toEqual({ ...packed, eventIds: [], replayed: false });
  });

  test('from a caller who saw another revision is turned away', async () => {
    const handler = handlerOver(inMemoryEventStore());
    const { id } = await handler.handle(ask(openBox, { label: 'L' }));
    const stale = ask(packItem, { item: 'x' }, id, { expectedRevision: 4 });
    await expect(handler.handle(stale)).rejects.toMatchObject({ expected: 4, current: 0 });
    await expect(handler.handle(stale)).rejects.toThrow(RevisionMoved);
  });

  test('that the state denies the actor is told nothing else about the stream', async () => {
    const store = inMemoryEventStore();
    const handler = handlerOver(store);
    const { id } = await handler.handle(ask(openBox, { label: 'L' }));
    const packed = ask(packItem, { item: 'one' }, id);
    await handler.handle(packed);
    const denied = new Error('not yours');
    const denies = () => denied;
    await expect(handler.handle({ ...packed, denies })).rejects.toBe(denied);
    await expect(handler.handle({ ...ask(closeBox, {}, id, { expectedRevision: 0 }), denies })).rejects.toBe(
      denied,
    );
    expect(await store.head()).toBe(2n);
  });

  test('that decides on an event its own schema refuses stores nothing', async () => {
    const store = inMemoryEventStore();
    await expect(handlerOver(store).handle(ask(openBox, { label: '' }))).rejects.toThrow(InvalidEvent);
    expect(await store.head()).toBe(0n);
  });
});

test('a fact is recorded with its irregularities where a decision is refused', async () => {
  const store = inMemoryEventStore();
  const handler = handlerOver(store);
  const { id } = await handler.handle(ask(openBox, { label: 'L' }));
  await expect(handler.handle(ask(closeBox, {}, id))).rejects.toMatchObject({ code: 'box-empty' });
  await handler.handle(ask(packItem, { item: 'x' }, id));
  await handler.handle(ask(closeBox, {}, id));
  await handler.handle(ask(packItem, { item: 'late' }, id));
  const [, , , late] = await store.readAll(0n, 10);
  expect(JSON.parse(late!.data)).toEqual({ item: 'late', irregularities: ['box-closed'] });
});

test('a fact that refuses itself is a bug and not an answer', async () => {
  const refusing = fact(box, CloseBox, {
    rules: () => [],
    record: () => {
      throw new Refused('never');
    },
  });
  const handler = handlerOver(inMemoryEventStore());
  const { id } = await handler.handle(ask(openBox, { label: 'L' }));
  await expect(handler.handle(ask(refusing, {}, id))).rejects.toThrow('CloseBox is a fact');
});

const isClosed = (state: unknown) =>
  typeof state === 'object' && state !== null && 'closed' in state && state.closed === true;

describe('two processes that serve the same stream', () => {
  async function twoProcesses() {
    const store = inMemoryEventStore();
    const [one, two] = [handlerOver(store), handlerOver(store)] as const;
    const { id } = await one.handle(ask(openBox, { label: 'L' }));
    await two.load(box, id);
    return { store, one, two, id };
  }

  test('never refuse from a cache that is behind', async () => {
    const { one, two, id } = await twoProcesses();
    await one.handle(ask(packItem, { item: 'x' }, id));
    await expect(two.handle(ask(closeBox, {}, id))).resolves.toMatchObject({ revision: 2 });
  });

  test('never say "already so" from a cache that is behind', async () => {
    const { one, two, id } = await twoProcesses();
    await one.handle(ask(packItem, { item: 'x' }, id));
    const closed = await one.handle(ask(closeBox, {}, id));
    expect(await two.handle(ask(closeBox, {}, id))).toMatchObject({
      revision: closed.revision,
      eventIds: [],
    });
  });

  test('never call a caller outdated, or up to date, from a cache that is behind', async () => {
    const { one, two, id } = await twoProcesses();
    await one.handle(ask(packItem, { item: 'x' }, id));
    await expect(two.handle(ask(packItem, { item: 'y' }, id, { expectedRevision: 0 }))).rejects.toThrow(
      RevisionMoved,
    );
    await expect(
      two.handle(ask(packItem, { item: 'y' }, id, { expectedRevision: 1 })),
    ).resolves.toMatchObject({ revision: 2 });
  });

  test.each([
    ['never permit by a cache that is behind', true, 'not yours'],
    ['never deny by a cache that is behind', false, 'revision 3'],
  ])('%s', async (_, deniedOnceClosed, outcome) => {
    const { one, two, id } = await twoProcesses();
    await one.handle(ask(packItem, { item: 'a' }, id));
    await one.handle(ask(closeBox, {}, id));
    const denies = (state: unknown) =>
      isClosed(state) === deniedOnceClosed ? new Error('not yours') : undefined;
    const late = two.handle({ ...ask(packItem, { item: 'late' }, id), denies }).then(
      ({ revision }) => `revision ${revision}`,
      ({ message }: Error) => message,
    );
    expect(await late).toBe(outcome);
  });

  test('find a repeat that the other carried out', async () => {
    const { one, two, id } = await twoProcesses();
    const pack = ask(packItem, { item: 'x' }, id);
    const first = await one.handle(pack);
    expect(await two.handle(pack)).toEqual({ ...first, replayed: true });
  });

  test('do not tell of a repeat to whom the other has shut out since', async () => {
    const { one, two, id } = await twoProcesses();
    const denies = (state: unknown) => (isClosed(state) ? new Error('not yours') : undefined);
    const pack = { ...ask(packItem, { item: 'x' }, id), denies };
    await two.handle(pack);
    await one.handle(ask(closeBox, {}, id));
    await expect(two.handle(pack)).rejects.toThrow('not yours');
  });

  test('read other aggregates as they are now', async () => {
    const { one, two, id } = await twoProcesses();
    const missing = ask(copyLabel, { from: derivedId('aggregate', 'box', derivedId('later')) }, id);
    await expect(two.handle(missing)).rejects.toMatchObject({ code: 'no-such-box' });
    await one.handle(ask(openBox, { label: 'later' }, undefined, { commandId: derivedId('later') }));
    await expect(two.handle(missing)).resolves.toMatchObject({ revision: 1 });
  });

  test('decide again when the other was faster, and lose nothing', async () => {
    const { store, one, id } = await twoProcesses();
    let faster = 0;
    const slow = handlerOver(
      interrupted(store, async () => {
        if (faster < 5) await one.handle(ask(packItem, { item: `other ${(faster += 1)}` }, id));
      }),
    );
    const receipt = await slow.handle(ask(packItem, { item: 'mine' }, id));
    expect(receipt.revision).toBe(6);
    expect((await one.load(box, id))!.state.items).toEqual([
      'other 1',
      'other 2',
      'other 3',
      'other 4',
      'other 5',
      'mine',
    ]);
  });

  test('give up on a stream that never stands still, with nothing written', async () => {
    const { store, one, id } = await twoProcesses();
    let others = 0;
    const unlucky = handlerOver(
      interrupted(store, () => one.handle(ask(packItem, { item: `other ${(others += 1)}` }, id))),
      3,
    );
    await expect(unlucky.handle(ask(packItem, { item: 'mine' }, id))).rejects.toThrow(Busy);
    expect((await one.load(box, id))!.state.items).toEqual(['other 1', 'other 2', 'other 3', 'other 4']);
  });
});

test('fifty commands on one stream of one process take turns', async () => {
  const store = inMemoryEventStore();
  let conflicts = 0;
  const counting: EventStore = {
    ...interrupted(store, () => Promise.resolve()),
    append: (...given) =>
      store.append(...given).catch((error: unknown) => {
        if (error instanceof RevisionConflict) conflicts += 1;
        throw error;
      }),
  };
  const handler = handlerOver(counting);
  const { id } = await handler.handle(ask(openBox, { label: 'L' }));
  const items = Array.from({ length: 50 }, (_, index) => `item ${index}`);
  await Promise.all(items.map((item) => handler.handle(ask(packItem, { item }, id))));
  expect((await handler.load(box, id))!.state.items).toEqual(items);
  expect(conflicts).toBe(0);
});

test('a command that waited too long for its turn on a stream does not begin', async () => {
  const store = inMemoryEventStore();
  let answer = () => {};
  const silent = new Promise<void>((resolve) => (answer = resolve));
  const { id } = await handlerOver(store).handle(ask(openBox, { label: 'L' }));
  const handler = new CommandHandler({ store: interrupted(store, () => silent), hashKey, turnWaitMsMax: 0 });
  const first = handler.handle(ask(packItem, { item: 'x' }, id));
  const second = handler.handle(ask(packItem, { item: 'y' }, id));
  setImmediate(answer);
  await expect(second).rejects.toMatchObject({ name: 'StoreUnavailable', outcome: 'none' });
  await expect(first).resolves.toMatchObject({ revision: 1 });
  expect((await handler.load(box, id))!.state.items).toEqual(['x']);
});

test('an append whose answer was lost is resolved by asking again', async () => {
  const store = inMemoryEventStore();
  let lose = true;
  const lossy: EventStore = {
    ...interrupted(store, () => Promise.resolve()),
    append: async (...given) => {
      const done = await store.append(...given);
      if (!lose) return done;
      lose = false;
      throw new StoreUnavailable('cut', 'unknown');
    },
  };
  const handler = handlerOver(lossy);
  const open = ask(openBox, { label: 'L' });
  await expect(handler.handle(open)).rejects.toThrow(StoreUnavailable);
  await expect(handler.handle(open)).resolves.toMatchObject({ revision: 0, replayed: true });
  expect(await store.head()).toBe(1n);
});

test('what was loaded does not change under its reader', async () => {
  const handler = handlerOver(inMemoryEventStore());
  const { id } = await handler.handle(ask(openBox, { label: 'L' }));
  const before = await handler.load(box, id);
  await handler.handle(ask(packItem, { item: 'x' }, id));
  expect(before!.state.items).toEqual([]);
});

test('the cache keeps the streams last used within its bound, forgets the others, and is right all the same', async () => {
  const store = inMemoryEventStore();
  let readFromStart: string[] = [];
  const watched: EventStore = {
    ...interrupted(store, () => Promise.resolve()),
    readStream(stream, range) {
      if (!range?.from) readFromStart.push(stream);
      return store.readStream(stream, range);
    },
  };
  const handler = new CommandHandler({ store: watched, hashKey, cachedBytesMax: 4_000 });
  const boxes = await Promise.all(
    Array.from({ length: 20 }, () => handler.handle(ask(openBox, { label: 'L' }))),
  );
  for (const { id } of boxes) await handler.handle(ask(packItem, { item: 'x' }, id));
  readFromStart = [];
  for (const { id } of boxes.toReversed()) expect((await handler.load(box, id))!.state.items).toEqual(['x']);
  const forgotten = boxes.toReversed().filter(({ stream }) => readFromStart.includes(stream));
  expect(forgotten.length).toBeGreaterThan(10);
  expect(forgotten.length).toBeLessThan(20);
  expect(forgotten).toEqual(boxes.toReversed().slice(20 - forgotten.length));
});

test('a stream that cannot be decoded is an error and leaves no half-changed state behind', async () => {
  const store = inMemoryEventStore();
  const handler = handlerOver(store);
  const { id } = await handler.handle(ask(openBox, { label: 'L' }));
  const [opened] = await store.readAll(0n, 1);
  await store.append(streamOf('box', id), 0, [{ ...opened!, id: derivedId('foreign'), type: 'BoxBurnt' }]);
  await expect(handler.load(box, id)).rejects.toThrow('box has no event BoxBurnt');
  await expect(stateAt(store, box, id, { revision: 0 })).resolves.toMatchObject({ revision: 0 });
});
