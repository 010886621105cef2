import 'reflect-metadata';
import { postgresEventStore } from '#event-store-postgres';
import { ReadModels } from '#read-models';
import { answerParent, childInput } from '../http/child.js';

/** A process that rebuilds views, as `inquest projections rebuild` does, when its parent names one. */

const { url, ownerUrl } = childInput<{ url: string; ownerUrl: string }>();
const store = postgresEventStore({ url });
const models = await ReadModels.open({ url, ownerUrl, store, migrate: false });
process.on('message', (name) => void rebuild(String(name)));
answerParent({ ready: true });

async function rebuild(name: string): Promise<void> {
  const { events, parked, durationMs } = await models.rebuild(name);
  answerParent({ events, parked, durationMs });
}
