import { type Static, Type } from 'typebox';
import {
  aggregate,
  defineEvents,
  derivedId,
  diff,
  type EvolveOf,
  history,
  inMemoryEventStore,
  stateAt,
  streamOf,
} from '#event-sourcing';

const events = defineEvents('note', { NoteTaken: Type.Object({ text: Type.String() }) });
const Note = Type.Object({ text: Type.String(), times: Type.Integer() });
const evolve: EvolveOf<typeof events, Static<typeof Note>> = {
  NoteTaken: (draft, { text }) => {
    draft.text = text;
    draft.times += 1;
  },
};
const note = aggregate(events, Note, () => ({ text: '', times: 0 }), evolve);
const id = derivedId('note');

/** A note taken once a minute, from 12:00 on. */
async function notes(...texts: readonly string[]) {
  let minute = 0;
  const store = inMemoryEventStore({ now: () => new Date(Date.UTC(2025, 2, 1, 12, minute)) });
  for (const [index, text] of texts.entries()) {
    minute = index;
    const metadata = {
      commandId: derivedId(text),
      commandHash: '',
      actor: { subject: 'a', roles: [] },
      reason: `why ${text}`,
    };
    await store.append(streamOf('note', id), index - 1, [
      {
        ...events.encode(events.make.NoteTaken({ text })),
        id: derivedId('e', text),
        metadata: JSON.stringify(metadata),
      },
    ]);
  }
  return store;
}

test('a state at a revision is what had happened by then', async () => {
  const store = await notes('a', 'b', 'c');
  expect(await stateAt(store, note, id, { revision: 1 })).toMatchObject({
    revision: 1,
    state: { text: 'b', times: 2 },
  });
  expect(await stateAt(store, note, id, { revision: 3 })).toBeUndefined();
});

test('a state as of a moment is what was known then', async () => {
  const store = await notes('a', 'b', 'c');
  const at = (asOf: string) => stateAt(store, note, id, { asOf });
  expect(await at('2025-03-01T11:59:59.999Z')).toBeUndefined();
  expect(await at('2025-03-01T12:01:00Z')).toMatchObject({ revision: 1 });
  expect(await at('2030-01-01T00:00:00Z')).toMatchObject({ revision: 2 });
});

test('the history says what each event changed, by whom and why', async () => {
  const store = await notes('a', 'b', 'c');
  const [entry, ...rest] = await history(store, note, id, { from: 1, limit: 1 });
  expect(rest).toEqual([]);
  expect(entry).toMatchObject({ revision: 1, type: 'NoteTaken', actor: { subject: 'a' }, reason: 'why b' });
  expect(entry!.changes).toEqual([
    { pointer: '/text', from: 'a', to: 'b' },
    { pointer: '/times', from: 1, to: 2 },
  ]);
});

test('a difference names what came, went and changed, at JSON pointers', () => {
  expect(
    diff({ a: 1, 'b/c': { d: [1, 2] }, gone: null }, { a: 1, 'b/c': { d: [1, 3, 4] }, came: {} }),
  ).toEqual([
    { pointer: '/b~1c/d/1', from: 2, to: 3 },
    { pointer: '/b~1c/d/2', to: 4 },
    { pointer: '/gone', from: null },
    { pointer: '/came', to: {} },
  ]);
});
