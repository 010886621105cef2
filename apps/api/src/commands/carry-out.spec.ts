import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type Caller, loadPolicies } from '#access';
import { examples, useCases } from '#domain';
import { CommandHandler, type EventStore, inMemoryEventStore, StoreUnavailable } from '#event-sourcing';
import { localMasterKey, type ProtectedData, protectedData, subjectKeys } from '#protected-data';
import { runFolder } from '../../../../test/support/environment.js';
import { Permission } from '../permission.js';
import { CarryOut, CarryOutHandler } from './carry-out.js';
import { Aftermath } from './aftermath.js';
import { RefusalRecord } from './refusal-record.js';

/** Nothing is erased here. */
const keys: ProtectedData = protectedData({
  origin: 'tests',
  subjectKeys: subjectKeys({
    folder: join(runFolder(), 'no-keys'),
    masterKey: localMasterKey({
      file: join(runFolder(), 'no-keys', 'master.key'),
      subjectKeysFolder: join(runFolder(), 'no-keys'),
    }),
  }),
});

const supervisor: Caller = {
  issuer: 'https://login.example',
  subject: 'a.marku',
  roles: ['SupervisingProsecutor'],
  expiresAt: new Date(Date.now() + 60_000),
};

function carriesOut(store: EventStore) {
  const kernel = new CommandHandler({ store, hashKey: randomBytes(32) });
  const handler = new CarryOutHandler(
    kernel,
    new Permission(loadPolicies()),
    new RefusalRecord(kernel),
    new Aftermath(keys),
  );
  return (name: string, id: string | undefined, command: object) => {
    const useCase = useCases.find((candidate) => candidate.name === name);
    if (useCase === undefined) throw new Error(`there is no use case ${name}`);
    const request = {
      method: 'POST' as const,
      path: `/v1/investigations/${name}`,
      idempotencyKey: randomUUID(),
      expectedRevision: undefined,
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
    };
    return handler.execute(
      new CarryOut(useCase, id, Object.assign(new useCase.command(), command), supervisor, request),
    );
  };
}

test('a sensitive command whose refusal may not be on record had no effect, and says so', async () => {
  const store = inMemoryEventStore();
  const { id } = await carriesOut(store)('OpenInvestigation', undefined, examples.OpenInvestigation);
  const away: EventStore = {
    ...store,
    append: () => Promise.reject(new StoreUnavailable('PostgreSQL is away', 'unknown')),
  };
  const refused = carriesOut(away)('ApproveClosure', id, { requestId: randomUUID(), digest: 'a'.repeat(64) });
  await expect(refused).rejects.toMatchObject({ type: 'unavailable', details: { tookEffect: 'no' } });
});
