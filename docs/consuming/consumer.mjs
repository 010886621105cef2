// Keeps a board of the cases of an Inquest installation, from its public topic of investigations, in PostgreSQL.
//
//   npm install kafkajs@2 pg@8
//   KAFKA_BROKERS=localhost:9092 DATABASE_URL=postgres://localhost/board node consumer.mjs
//
// KAFKA_USERNAME and KAFKA_PASSWORD sign in to brokers that ask for it, over TLS. INQUEST_URL and INQUEST_TOKEN (of a
// ServiceConsumer) let it catch up when it was away for longer than the topic keeps its records.
import { pathToFileURL } from 'node:url';
import { Kafka, logLevel } from 'kafkajs';
import { Pool } from 'pg';

const tables = `
  CREATE TABLE IF NOT EXISTS cases (stream text PRIMARY KEY, position bigint NOT NULL, stage text NOT NULL);
  CREATE TABLE IF NOT EXISTS progress (partition int PRIMARY KEY, next_offset bigint NOT NULL, position bigint NOT NULL)`;

/** The stage of a case after an event of this type. All other types, and members that are not named here, are passed over. */
const stageAfter = {
  InvestigationOpened: () => 'opened',
  InvestigationAdvanced: ({ to }) => to,
  InvestigationReturned: ({ to }) => to,
  InvestigationSuspended: () => 'suspended',
  InvestigationResumed: ({ to }) => to,
  InvestigationClosed: () => 'closed',
  InvestigationReopened: () => 'preliminaryExamination',
};

/** A repeat changes nothing: it is not past the position that the row has. */
async function take(database, { type, stream, position, data }) {
  const stage = stageAfter[type]?.(data);
  if (stage === undefined) return;
  await database.query(
    `INSERT INTO cases VALUES ($1, $2, $3)
     ON CONFLICT (stream) DO UPDATE SET position = excluded.position, stage = excluded.stage
     WHERE cases.position < excluded.position`,
    [stream, position, stage],
  );
}

/** Headers are bytes, and positions may be larger than a number of JavaScript holds: they stay text. */
function eventOf({ headers, value }) {
  const header = (name) => headers[name].toString();
  return {
    type: header('ce_type'),
    stream: header('ce_subject'),
    position: header('ce_position'),
    data: JSON.parse(value),
  };
}

/** Takes everything after a position from the API: the same events, whatever the topic still has. */
async function catchUp(database, after, { url, token }) {
  for (let from = after; from !== null;) {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${url}/v1/events?limit=200&after=${from}`, { headers });
    if (!response.ok) throw new Error(`Inquest answers ${response.status}: ${await response.text()}`);
    const { items, next } = await response.json();
    for (const event of items) await take(database, event);
    from = next;
  }
}

/** Starts, and resolves to a function that stops it. */
export async function consume({ brokers, signIn, topic, group, databaseUrl, inquest, failed }) {
  const pool = new Pool({ connectionString: databaseUrl });
  await pool.query(tables);
  // Where to go on from is in the same database as the board: a database that comes back from a backup goes back with it.
  const { rows } = await pool.query('SELECT partition, next_offset, position FROM progress');
  const progress = new Map(rows.map((row) => [row.partition, row]));
  const progressOf = (partition) => progress.get(partition) ?? { next_offset: '0', position: '0' };
  const isGone = (partition, oldest) => BigInt(oldest) > BigInt(progressOf(partition).next_offset);
  const kafka = new Kafka({ clientId: group, brokers, ...signIn, logLevel: logLevel.ERROR });

  /** Does the work and moves on in one transaction: a crash leaves both or none. */
  async function advance(partition, to, work) {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      await work(client);
      await client.query(
        `INSERT INTO progress VALUES ($1, $2, $3)
         ON CONFLICT (partition) DO UPDATE SET next_offset = excluded.next_offset, position = excluded.position`,
        [partition, to.next_offset, to.position],
      );
      await client.query('COMMIT');
      progress.set(partition, to);
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    } finally {
      client.release();
    }
  }

  /** What the topic lost while nobody was here. A partition may be quiet for long, and would not show it by itself. */
  async function makeUp() {
    const admin = kafka.admin();
    await admin.connect();
    const offsets = await admin.fetchTopicOffsets(topic);
    await admin.disconnect();
    for (const { partition, low } of offsets.filter((one) => isGone(one.partition, one.low))) {
      const { position } = progressOf(partition);
      await advance(partition, { next_offset: low, position }, (client) =>
        catchUp(client, position, inquest),
      );
    }
  }

  async function takeBatch({ partition, messages }) {
    // Offsets have no holes: what is not there is gone. Ends here; the next start makes up for it.
    if (isGone(partition, messages[0].offset))
      throw new Error('fell behind the records that the topic keeps');
    const last = messages.at(-1);
    const to = { next_offset: String(BigInt(last.offset) + 1n), position: eventOf(last).position };
    await advance(partition, to, async (client) => {
      for (const message of messages) await take(client, eventOf(message));
    });
  }

  await makeUp();
  // A stop waits for the answer of the broker, which waits for records.
  const consumer = kafka.consumer({ groupId: group, maxWaitTimeInMs: 200, allowAutoTopicCreation: false });
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    for (const partition of payload.memberAssignment[topic] ?? [])
      consumer.seek({ topic, partition, offset: progressOf(partition).next_offset });
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || failed(payload.error));
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({ autoCommit: false, eachBatch: ({ batch }) => takeBatch(batch) });
  return async () => {
    await consumer.disconnect();
    await pool.end();
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { KAFKA_BROKERS, KAFKA_USERNAME: username, KAFKA_PASSWORD: password } = process.env;
  const { DATABASE_URL, TOPIC, GROUP, INQUEST_URL, INQUEST_TOKEN } = process.env;
  const stop = await consume({
    brokers: KAFKA_BROKERS.split(','),
    signIn: username && { ssl: true, sasl: { mechanism: 'scram-sha-512', username, password } },
    topic: TOPIC ?? 'inquest.public.investigation.v1',
    group: GROUP ?? 'case-board',
    databaseUrl: DATABASE_URL,
    inquest: { url: INQUEST_URL, token: INQUEST_TOKEN },
    failed(error) {
      console.error(error);
      process.exit(1);
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void stop());
}
