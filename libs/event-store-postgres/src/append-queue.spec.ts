import { noStream } from '#event-sourcing';
import { sampleEvent, sampleStream } from '#event-sourcing/contract';
import { eventStoreDatabase, type EventStoreDatabase } from '../../../test/support/event-store-database.js';
import { postgresEventStore } from './postgres-event-store.js';

let database: EventStoreDatabase;
beforeAll(async () => {
  database = await eventStoreDatabase();
});
afterAll(() => database.drop());

test.each([1, 2])(
  'with %i batches at a time, whoever asks just as the queue empties is answered',
  async (max) => {
    const store = postgresEventStore({ url: database.appUrl, batchesInFlightMax: max });
    for (let microtasks = 0; microtasks < 20; microtasks += 1) {
      await Promise.all(Array.from({ length: max }, () => append()));
      for (let n = 0; n < microtasks; n += 1) await Promise.resolve();
      expect(await append()).toMatchObject({ revision: 0 });
    }
    await store.close();

    function append() {
      return store.append(sampleStream(), noStream, [sampleEvent()]);
    }
  },
);
