import { eventStoreContract, sampleEvent, sampleStream } from './contract/index.js';
import { noStream } from './event-store.js';
import { inMemoryEventStore } from './in-memory-event-store.js';

const noServer = { lacks: 'it has no server' };

eventStoreContract('the in-memory store', {
  capabilities: {
    'dense-positions': 'offered',
    'long-transaction': noServer,
    'killed-connections': noServer,
    'server-restart': noServer,
  },
  async open() {
    const store = inMemoryEventStore();
    return {
      store,
      other: store,
      held: async () => 0,
      disrupt: async () => {
        throw new Error(noServer.lacks);
      },
      close: async () => undefined,
    };
  },
});

test('the in-memory store records the time it is given, but never an earlier one', async () => {
  const times = ['2024-05-01T10:00:00.500Z', '2024-05-01T09:00:00.000Z', '2024-05-01T11:00:00.000Z'];
  const store = inMemoryEventStore({ now: () => new Date(times.shift() ?? 0) });
  for (let n = 0; n < 3; n += 1) await store.append(sampleStream(), noStream, [sampleEvent()]);
  expect((await store.readAll(0n, 3)).map((event) => event.recordedAt)).toEqual([
    '2024-05-01T10:00:00.500Z',
    '2024-05-01T10:00:00.500Z',
    '2024-05-01T11:00:00.000Z',
  ]);
});
