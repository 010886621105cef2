import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { aBroker } from './support/broker.js';
import { describeWith } from './support/available.js';
import { testDatabase } from './support/postgres.js';
import { suiteTopics } from './support/topics.js';
import { waitFor } from './support/wait-for.js';
import { aggregates } from '#domain';
import { categoryOf, streamOf } from '#event-sourcing';
import { publicPublication } from '#messaging';

// The consumer that docs/consuming.md gives to other institutions does what the page says.

const consumer: string = '../docs/consuming/consumer.mjs';
const { consume }: { consume: (of: object) => Promise<() => Promise<void>> } = await import(consumer);
const topic = 'inquest.public.investigation.v1';
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const first = streamOf('investigation', uuid(1));
const second = streamOf('investigation', uuid(2));

/** The record that a relay makes of an event. */
function record(position: bigint, stream: string, type: string, changes: object = {}) {
  const golden = JSON.parse(readFileSync(`test/golden/${type}.v1.json`, 'utf8'));
  const aggregate = aggregates.find(({ category }) => category === categoryOf(stream));
  const event = {
    ...aggregate!.events.encode({ type, data: { ...golden, ...changes } }),
    id: uuid(1_000 + Number(position)),
    stream,
    revision: 0,
    position,
    recordedAt: '2026-03-01T12:00:00.000Z',
    metadata: JSON.stringify({ correlationId: 'c', compartments: [] }),
  };
  const made = publicPublication('urn:inquest:tests').begin({ lines: new Set() }).recordOf(event, 0n);
  return made!;
}

describeWith(await aBroker(), 'the consumer of docs/consuming', () => {
  test('keeps its place with its rows, drops repeats, and passes over what it does not know', async () => {
    const topics = await suiteTopics();
    const database = await testDatabase();
    const client = new Client({ connectionString: database.ownerUrl });
    await client.connect();
    const producer = await topics.broker.producer();
    const failures: unknown[] = [];
    const start = (group: string) =>
      consume({
        brokers: [...topics.connection.brokers],
        topic: topics.connection.prefix + topic,
        group: topics.connection.prefix + group,
        databaseUrl: database.ownerUrl,
        inquest: {},
        failed: (error: unknown) => failures.push(error),
      });
    const board = async () => {
      const { rows } = await client.query('SELECT stream, position, stage FROM cases ORDER BY stream');
      return rows.map(({ stream, position, stage }) => [stream, position, stage]);
    };
    const taken = (count: number) =>
      waitFor(`${count} records in the board's progress`, async () => {
        const { rows } = await client.query('SELECT coalesce(sum(next_offset), 0) AS sum FROM progress');
        return Number(rows[0].sum) === count;
      });

    const published = [
      record(1n, first, 'InvestigationOpened'),
      record(2n, second, 'InvestigationOpened'),
      record(4n, first, 'InvestigationAdvanced', { from: 'opened', to: 'preliminaryExamination' }),
      record(5n, first, 'ThresholdAssessed'),
    ];
    await producer.send(published);
    const stop = await start('first');
    await taken(4);
    const wanted = [
      [first, '4', 'preliminaryExamination'],
      [second, '2', 'opened'],
    ];
    expect(await board()).toEqual(wanted);
    // A relay that was killed sends again what it did not know to be there.
    await producer.send(published);
    await taken(8);
    expect(await board()).toEqual(wanted);
    await stop();

    // Another group has no offsets on Kafka, and none are needed.
    await producer.send([record(7n, second, 'InvestigationClosed')]);
    const stopAgain = await start('second');
    await taken(9);
    expect(await board()).toEqual([wanted[0], [second, '7', 'closed']]);
    // A case that stood still, or was closed, goes on.
    await producer.send([record(8n, first, 'InvestigationSuspended')]);
    await taken(10);
    expect(await board()).toEqual([
      [first, '8', 'suspended'],
      [second, '7', 'closed'],
    ]);
    await producer.send([
      record(9n, first, 'InvestigationResumed', { to: 'investigation' }),
      record(10n, second, 'InvestigationReopened'),
    ]);
    await taken(12);
    expect(await board()).toEqual([
      [first, '9', 'investigation'],
      [second, '10', 'preliminaryExamination'],
    ]);
    await stopAgain();
    await producer.close();
    await client.end();
    await database.drop();
    expect(failures).toEqual([]);
  });
});
