import { topicOf } from '#public-contract';
import { describeWith } from '../../../test/support/available.js';
import { aBroker } from '../../../test/support/broker.js';
import { type SuiteTopics, suiteTopics } from '../../../test/support/topics.js';
import { BrokerUnavailable } from './message-broker.js';
import { kafkaBroker } from './kafka/kafka-broker.js';
import { applyTopics, checkTopics, demandTopics, internalTopic, parkedTopic, topicsOf } from './topics.js';

test('one topic for all events, one for each category of which something may leave, and none for witnesses', () => {
  const names = topicsOf({
    replicas: 3,
    inSyncMin: 2,
    publicPartitions: 6,
    internalRetentionDays: 7,
    publicRetentionDays: 0,
  }).map(({ name, partitions }) => [name, partitions]);
  expect(names).toEqual([
    [internalTopic, 1],
    [topicOf('allegation'), 6],
    [topicOf('incident'), 6],
    [topicOf('investigation'), 6],
    [topicOf('evidence'), 6],
    [parkedTopic, 1],
  ]);
});

describeWith(await aBroker(), 'topics on a broker', () => {
  let topics: SuiteTopics;
  beforeAll(async () => {
    topics = await suiteTopics();
  });

  const wanted = () => topicsOf(topics.settings);

  test('are made as they have to be, and made again they stay', async () => {
    expect(await checkTopics(topics.broker, wanted())).toEqual([]);
    expect(await applyTopics(topics.broker, wanted())).toEqual({ applied: [], left: [] });
    await expect(demandTopics(topics.broker, wanted())).resolves.toBeUndefined();
  });

  test('a setting that somebody changed is found and put right, and others of theirs stay', async () => {
    await topics.broker.configure([
      { name: internalTopic, settings: { 'cleanup.policy': 'compact', 'segment.ms': '86400000' } },
    ]);
    await expect(demandTopics(topics.broker, wanted())).rejects.toThrow(
      `${internalTopic} has cleanup.policy compact, and not delete`,
    );
    const { applied, left } = await applyTopics(topics.broker, wanted());
    expect([applied.map(({ difference }) => difference), left]).toEqual([
      ['has cleanup.policy compact, and not delete'],
      [],
    ]);
    const [found] = await topics.broker.describe([internalTopic], ['segment.ms']);
    expect(found?.settings).toEqual({ 'segment.ms': '86400000' });
  });

  test('what would delete records is left to a person, while all else is put right', async () => {
    await topics.broker.configure([
      { name: internalTopic, settings: { 'retention.ms': '-1', 'max.message.bytes': '1000000' } },
      { name: topicOf('evidence'), settings: { 'retention.ms': '1000' } },
    ]);
    const { applied, left } = await applyTopics(topics.broker, wanted());
    expect(applied.map(({ difference }) => difference)).toEqual([
      'has max.message.bytes 1000000, and not 2097152',
      'has retention.ms 1000, and not -1',
    ]);
    const shorter = {
      topic: internalTopic,
      difference: 'has retention.ms -1, and not 604800000',
      isApplicable: false,
      isLossy: true,
    };
    expect(left).toEqual([shorter]);
    expect(await applyTopics(topics.broker, wanted())).toEqual({ applied: [], left: [shorter] });
    const shortened = await applyTopics(topics.broker, wanted(), { shortenRetention: true });
    expect(shortened).toEqual({ applied: [shorter], left: [] });
  });

  test('another number of partitions is left to a person', async () => {
    const more = topicsOf({ ...topics.settings, publicPartitions: 5 });
    const { applied, left } = await applyTopics(topics.broker, more);
    expect(applied).toEqual([]);
    expect(left).toHaveLength(4);
    expect(left[0]).toEqual({
      topic: topicOf('allegation'),
      difference: 'has 2 partitions, and not 5',
      isApplicable: false,
    });
  });

  test('a topic that is missing is found and made', async () => {
    await topics.remove(parkedTopic);
    expect(await checkTopics(topics.broker, wanted())).toEqual([
      { topic: parkedTopic, difference: 'is not there', isApplicable: true },
    ]);
    await applyTopics(topics.broker, wanted());
    await expect(demandTopics(topics.broker, wanted())).resolves.toBeUndefined();
  });

  test('more brokers than there are is the broker’s refusal, in its words', async () => {
    await topics.remove(parkedTopic);
    const many = topicsOf({ ...topics.settings, replicas: 3 }).filter(({ name }) => name === parkedTopic);
    await expect(applyTopics(topics.broker, many)).rejects.toThrow(
      `${parkedTopic}: Replication-factor is invalid`,
    );
  });
});

test('where nobody listens the broker is unavailable', async () => {
  const nowhere = kafkaBroker({ brokers: ['127.0.0.1:1'], clientId: 'tests' });
  await expect(checkTopics(nowhere, [])).rejects.toBeInstanceOf(BrokerUnavailable);
});
