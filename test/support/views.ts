import { type EventStore, inMemoryEventStore } from '#event-sourcing';
import { inboxActions, type ListDefinition, parseParameters, ReadModels, type Reader } from '#read-models';
import { eventStoreDatabase } from './event-store-database.js';
import { type Office, openOffice } from './office.js';

/** An office at work, and the views of what it does. */
export interface Views {
  readonly store: EventStore;
  readonly office: Office;
  readonly models: ReadModels;
  readonly ownerUrl: string;
  readonly appUrl: string;
  /** Resolves when every view has taken in everything. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const settleMsMax = 30_000;

/** Views on a database of the suite's own, kept up to date from a store in memory, or the one given. */
export async function openViews(
  options: { now?: () => Date; store?: EventStore; officeFrom?: number } = {},
): Promise<Views> {
  const database = await eventStoreDatabase();
  const store = options.store ?? inMemoryEventStore(options.now ? { now: options.now } : {});
  const models = await ReadModels.open({ url: database.appUrl, ownerUrl: database.ownerUrl, store });
  models.start();
  return {
    store,
    office: openOffice(store, options.officeFrom),
    models,
    ownerUrl: database.ownerUrl,
    appUrl: database.appUrl,
    settled: async () => {
      const names = (await models.status()).map(({ name }) => name);
      await models.waitFor(names, await store.head(), settleMsMax);
    },
    close: async () => {
      await models.stop();
      await database.drop();
    },
  };
}

export const seesEverything: Reader = {
  people: [],
  person: '',
  mayDo: [...inboxActions],
  readsCases: true,
  readsRefusals: true,
  readsWitnesses: true,
  readsAccesses: true,
};

/** The parameters of a list, as an address would give them, asked by somebody who may see everything. */
export function asked(
  definition: ListDefinition,
  query: Record<string, string> = {},
  path: Record<string, string> = {},
) {
  return { ...parseParameters(definition, query, path), reader: seesEverything };
}
