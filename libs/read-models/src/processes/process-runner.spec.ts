import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'pg';
import { referral, type ReferralFlagged, witness } from '#domain';
import {
  Busy,
  CommandHandler,
  CommandIdReused,
  type DomainEvent,
  metadataOf,
  type RecordedEvent,
  Refused,
  StoreUnavailable,
  streamOf,
  UndecodableEvent,
} from '#event-sourcing';
import { draftOf, restingReferral, sharing } from '../../../../test/support/resting-referrals.js';
import { openViews, type Views } from '../../../../test/support/views.js';
import { waitFor } from '../../../../test/support/wait-for.js';
import { type ProcessObserver, ProcessRunner, type ProcessRunnerOptions } from './process-runner.js';
import { differencesIn } from '../runner/compare.js';
import { withdrawnConsents } from './withdrawn-consents.js';

const { name } = withdrawnConsents;
const hashKey = new TextEncoder().encode('key of the tests');

let views: Views;
let pool: Pool;
let runners: ProcessRunner[] = [];
beforeAll(async () => {
  views = await openViews();
  pool = new Pool({ connectionString: views.appUrl, max: 8 });
  pool.on('error', () => undefined); // tests end connections
});
afterEach(async () => {
  await stopAll();
  await pool.query(`DELETE FROM ${name}.tasks`);
});
afterAll(async () => {
  await pool.end();
  await views.close();
});

type Kernel = ProcessRunnerOptions['kernel'];
const kernel = (): CommandHandler => new CommandHandler({ store: views.store, hashKey });

function run(of: Kernel = kernel(), observe: ProcessObserver = {}): void {
  const restMs = 5;
  const retryMs = { first: 5, max: 20 };
  const { store } = views;
  const runner = new ProcessRunner({
    ...{ pool, processes: [withdrawnConsents], store, kernel: of, observe, restMs, retryMs },
  });
  runners.push(runner);
  runner.start();
}
async function stopAll(): Promise<void> {
  await Promise.all(runners.map((runner) => runner.stop()));
  runners = [];
}

/** A kernel to which something happens with the commands for one referral, counted from 1. */
function disturbed(
  referralId: string,
  disturb: (handle: () => ReturnType<Kernel['handle']>, time: number) => ReturnType<Kernel['handle']>,
): Kernel {
  const real = kernel();
  let times = 0;
  return {
    handle: (asked) => {
      if (asked.id !== referralId) return real.handle(asked);
      times += 1;
      return disturb(() => real.handle(asked), times);
    },
  };
}

const { ask }: Pick<Views['office'], 'ask'> = { ask: (...asking) => views.office.ask(...asking) };

/** The consents that a witness took back: those that were given and stand. */
async function withdrawAll(witnessId: string): Promise<void> {
  const loaded = await kernel().load(witness, witnessId);
  for (const [consentId, { withdrawn }] of Object.entries(loaded?.state.consents ?? {}))
    if (!withdrawn) await ask('WithdrawConsent', { consentId }, witnessId);
  await views.settled();
}

async function flagsOn(referralId: string): Promise<(DomainEvent & Pick<RecordedEvent, 'metadata'>)[]> {
  const flags: (DomainEvent & Pick<RecordedEvent, 'metadata'>)[] = [];
  for await (const page of views.store.readStream(streamOf(referral.category, referralId)))
    for (const event of page)
      if (event.type === 'ReferralFlagged')
        flags.push({ ...referral.events.decode(event), metadata: event.metadata });
  return flags;
}
const flagged = (referralId: string, times = 1) =>
  waitFor('the flags', async () => (await flagsOn(referralId)).length === times);
const waiting = async () => (await pool.query<{ attempts: number }>(`SELECT * FROM ${name}.tasks`)).rows;
const nothingWaits = () => waitFor('the tasks', async () => (await waiting()).length === 0);
const parked = async () => (await views.models.status()).find((status) => status.name === name)?.parked;

test('a consent that is taken back flags the referral, for the reason and by the name of the process', async () => {
  run();
  const { referralId, witnessId } = await restingReferral(ask);
  await withdrawAll(witnessId);
  await flagged(referralId);
  await nothingWaits();
  const [flag] = await flagsOn(referralId);
  expect(flag?.data).toMatchObject<Partial<Parameters<typeof ReferralFlagged>[0]>>({
    ground: 'consentWithdrawn',
    about: streamOf(witness.category, witnessId),
  });
  const [cause] = await views.store.readAll((await views.store.head()) - 2n, 1);
  expect(flag && metadataOf(flag)).toMatchObject({
    causationId: cause?.id,
    correlationId: cause && metadataOf(cause).correlationId,
    actor: { subject: 'urn:inquest:process:withdrawn-consents', roles: [] },
  });
});

test('what was drafted for others, or after the withdrawal, is left alone', async () => {
  const { referralId, witnessId, investigationId } = await restingReferral(ask);
  const draft = draftOf(investigationId, witnessId);
  const toOthers = await ask('DraftReferral', { ...draft, recipient: 'Truth Commission' });
  await withdrawAll(witnessId);
  const later = await ask('DraftReferral', draft);
  await views.settled();
  expect(await waiting()).toMatchObject([{ target: referralId }]);
  run();
  await nothingWaits();
  expect([await flagsOn(toOthers.id), await flagsOn(later.id)]).toEqual([[], []]);
});

test('a process that is killed between the command and the row issues the command again, and nothing comes of it', async () => {
  const { referralId, witnessId } = await restingReferral(ask);
  await withdrawAll(witnessId);
  const interrupted: Error[] = [];
  const receipts: boolean[] = [];
  const killing = disturbed(referralId, async (handle, time) => {
    const receipt = await handle();
    receipts.push(receipt.replayed);
    if (time === 1)
      await pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE state = 'idle in transaction' AND datname = current_database() AND query LIKE '%FROM tasks task%'`,
      );
    return receipt;
  });
  run(killing, { interrupted: ({ error }) => void interrupted.push(error) });
  await nothingWaits();
  expect(interrupted).toEqual([expect.objectContaining({ name: 'WriteUnavailable' })]);
  expect(receipts).toEqual([false, true]);
  expect(await flagsOn(referralId)).toHaveLength(1);
});

test('several processes share the tasks out and carry each out once', async () => {
  const all = [];
  for (let n = 0; n < 6; n += 1) all.push(await restingReferral(ask));
  const issued: string[] = [];
  const real = kernel();
  const counting: Kernel = {
    handle: (asked) => {
      issued.push(asked.id ?? '');
      return real.handle(asked);
    },
  };
  for (let n = 0; n < 3; n += 1) run(counting);
  for (const { witnessId } of all) await withdrawAll(witnessId);
  await nothingWaits();
  expect(issued.toSorted()).toEqual(all.map(({ referralId }) => referralId).toSorted());
});

test('what one referral has to hear comes in the order of the log, however many carry it out', async () => {
  const { referralId, witnessId } = await restingReferral(ask);
  await ask('GiveConsent', { ...sharing, scope: ['statement', 'recording'] }, witnessId);
  const outage = disturbed(referralId, (handle, time) =>
    time === 1 ? Promise.reject(new StoreUnavailable('not now', 'none')) : handle(),
  );
  run(outage);
  run(outage);
  await withdrawAll(witnessId);
  await flagged(referralId, 2);
  const withdrawn: string[] = [];
  for await (const page of views.store.readStream(streamOf(witness.category, witnessId)))
    for (const event of page) if (event.type === 'ConsentWithdrawn') withdrawn.push(event.id);
  expect((await flagsOn(referralId)).map((flag) => metadataOf(flag).causationId)).toEqual(withdrawn);
});

test.each([
  ['an outage', () => new StoreUnavailable('the store is away', 'unknown')],
  ['a stream that others keep changing', () => new Busy('too often')],
  ['an event that only a newer version knows', () => new UndecodableEvent('of a newer version')],
])('%s is waited out, and noted meanwhile', async (_, failure) => {
  const { referralId, witnessId } = await restingReferral(ask);
  await withdrawAll(witnessId);
  const attempts: number[] = [];
  const failing = disturbed(referralId, (handle, time) => (time < 4 ? Promise.reject(failure()) : handle()));
  run(failing, { postponed: (of) => void attempts.push(of.attempts) });
  await nothingWaits();
  expect(attempts).toEqual([1, 2, 3]);
  expect(await parked()).toBe(0);
  expect(await flagsOn(referralId)).toHaveLength(1);
});

test('what an earlier version asked for in other words is done', async () => {
  const { referralId, witnessId } = await restingReferral(ask);
  await withdrawAll(witnessId);
  run(disturbed(referralId, () => Promise.reject(new CommandIdReused('it stands for another command'))));
  await nothingWaits();
  expect(await parked()).toBe(0);
});

test('a refusal parks the event that asked for it, visibly, until somebody has it tried again', async () => {
  const { referralId, witnessId } = await restingReferral(ask);
  await withdrawAll(witnessId);
  const refused: string[] = [];
  let mended = false;
  const refusing = disturbed(referralId, (handle) =>
    mended ? handle() : Promise.reject(new Refused('conflict-of-interest', 'the process')),
  );
  run(refusing, { refused: ({ error }) => void refused.push(error.message) });
  await waitFor('the parked event', async () => (await parked()) === 1);
  expect(await views.models.faults()).toEqual([{ projection: name, fault: '1 events are parked' }]);
  const [first] = (await views.models.firstParked()).filter(({ projection }) => projection === name);
  expect(first).toMatchObject({
    stream: streamOf(witness.category, witnessId),
    type: 'ConsentWithdrawn',
    fault: `FlagWithdrawnConsent for ${referralId}: Refused: conflict-of-interest: the process`,
  });

  expect(await views.models.retry(name)).toMatchObject({ processed: 1 });
  await waitFor('the parked event', async () => (await parked()) === 1);
  mended = true;
  // The later events of the stream have waited, and are taken in with it.
  await ask('GiveConsent', sharing, witnessId);
  await waitFor('what comes behind it', async () => (await parked()) === 2);
  expect(await views.models.retry(name)).toEqual({ processed: 2, stillParked: 0 });
  await nothingWaits();
  expect(refused).toHaveLength(2);
  expect(await flagsOn(referralId)).toHaveLength(1);
});

test('a retry takes up what is parked, and not what was taken in between', async () => {
  const { referralId, witnessId } = await restingReferral(ask);
  await withdrawAll(witnessId);
  await ask('GiveConsent', sharing, witnessId);
  await views.settled();
  let mended = false;
  run(
    disturbed(referralId, (handle) =>
      mended ? handle() : Promise.reject(new Refused('conflict-of-interest', 'the process')),
    ),
  );
  await waitFor('the parked event', async () => (await parked()) === 1);
  await ask('GiveConsent', { ...sharing, scope: ['statement', 'recording'] }, witnessId);
  await waitFor('what waits behind it', async () => (await parked()) === 2);
  mended = true;
  expect(await views.models.retry(name)).toEqual({ processed: 2, stillParked: 0 });
  await nothingWaits();
  expect(await flagsOn(referralId)).toHaveLength(1);
});

test('a rebuild asks for everything again, and nothing comes of it, also where a flag was cleared', async () => {
  run();
  const all = [await restingReferral(ask), await restingReferral(ask)];
  for (const { witnessId } of all) await withdrawAll(witnessId);
  await nothingWaits();
  const [{ referralId } = { referralId: '' }] = all;
  const [flag] = Object.keys((await kernel().load(referral, referralId))?.state.flags ?? {});
  await ask('ClearFlag', { flagId: flag, reason: 'The witness consented anew' }, referralId);
  await views.settled();
  await stopAll();
  const head = await views.store.head();
  const { comparison } = await views.models.rebuild(name);
  expect(comparison).toMatchObject({ tables: [{ table: 'consents' }, { table: 'referrals' }] });
  expect(differencesIn(comparison)).toEqual([]);
  expect((await waiting()).length).toBeGreaterThanOrEqual(2);
  run();
  await nothingWaits();
  const streams = all.map((resting) => streamOf(referral.category, resting.referralId));
  const recorded = await views.store.readAll(head, 100);
  expect(recorded.filter(({ stream }) => streams.includes(stream))).toEqual([]);
});

test('an event that the log does not hold asks for nothing', async () => {
  const { referralId, witnessId } = await restingReferral(ask);
  await withdrawAll(witnessId);
  await pool.query(`UPDATE ${name}.tasks SET position = position - 1`);
  const postponed: Error[] = [];
  run(kernel(), { postponed: ({ error }) => void postponed.push(error) });
  await waitFor('the attempt', () => postponed.length > 0);
  expect(postponed[0]).toMatchObject({ name: 'LogRewound' });
  expect(await flagsOn(referralId)).toEqual([]);
});

test('a program of another shape carries out nothing', async () => {
  const { referralId, witnessId } = await restingReferral(ask);
  await withdrawAll(witnessId);
  const newer = { ...withdrawnConsents, shape: 'another' };
  const carriedOut: unknown[] = [];
  const runner = new ProcessRunner({
    ...{ pool, processes: [newer], store: views.store, restMs: 1 },
    kernel: {
      handle: (asked) => {
        carriedOut.push(asked);
        return kernel().handle(asked);
      },
    },
  });
  runners.push(runner);
  runner.start();
  await delay(100); // a hundred looks
  expect(carriedOut).toEqual([]);
  expect(await waiting()).toHaveLength(1);
  run();
  await nothingWaits();
  expect(await flagsOn(referralId)).toHaveLength(1);
});
