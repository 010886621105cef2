import { describeWith } from '../../../../test/support/available.js';
import { aBroker, runBroker } from '../../../../test/support/broker.js';
import { type SuiteTopics, suiteTopics } from '../../../../test/support/topics.js';
import { waitFor } from '../../../../test/support/wait-for.js';
import { kafkaBroker } from './kafka-broker.js';
import { internalTopic } from '../topics.js';

describeWith(await aBroker(), 'a broker that refuses us', () => {
  test('says that credentials or rights are to be looked at', async () => {
    const sasl = { mechanism: 'scram-sha-512', username: 'inquest', password: 'only for tests' } as const;
    const broker = kafkaBroker({ brokers: [(await runBroker()).brokers], clientId: 'tests', sasl });
    const asked = [broker.describe([internalTopic], []), broker.producer(), broker.newest(internalTopic, 1)];
    for (const settled of await Promise.allSettled(asked))
      expect(settled).toMatchObject({
        reason: { name: 'BrokerRefused', message: expect.stringContaining('check the user') },
      });
  });
});

describeWith(await aBroker(), 'the newest records of a topic', () => {
  let topics: SuiteTopics;
  beforeEach(async () => {
    topics = await suiteTopics();
    const isRead = () => topics.broker.newest(internalTopic, 1).then(Array.isArray, () => false);
    await waitFor('the broker to lead what was just made', isRead);
  });

  const newest = async (countMax: number) =>
    (await topics.broker.newest(internalTopic, countMax)).map(({ offset, value }) => [Number(offset), value]);
  const values = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, n) => ({ value: `${from + n}`, headers: { n: `${from + n}` } }));

  test('are so many, oldest first, whichever batches they were written in', async () => {
    expect(await newest(3)).toEqual([]);
    await topics.write(internalTopic, ...values(0, 5));
    expect(await newest(1)).toEqual([[4, '4']]);
    expect((await topics.broker.newest(internalTopic, 1))[0]?.headers).toEqual({ n: '4' });
    for (let n = 5; n < 9; n += 1) await topics.write(internalTopic, ...values(n, n + 1));
    expect(await newest(6)).toEqual([3, 4, 5, 6, 7, 8].map((n) => [n, `${n}`]));
    expect(await newest(100)).toHaveLength(9);
  });

  test('are those that retention has left', async () => {
    await topics.write(internalTopic, ...values(0, 5));
    await topics.cut(internalTopic, 3n);
    expect(await newest(100)).toEqual([
      [3, '3'],
      [4, '4'],
    ]);
    await topics.cut(internalTopic, 5n);
    expect(await newest(100)).toEqual([]);
  });

  test('of a large topic come a part at a time', async () => {
    const large = 'x'.repeat(900_000);
    for (let n = 0; n < 4; n += 1) await topics.write(internalTopic, { value: large });
    expect((await newest(3)).map(([offset]) => offset)).toEqual([1, 2, 3]);
  });

  test('are none where the topic is not there', async () => {
    await topics.remove(internalTopic);
    expect(await newest(3)).toEqual([]);
  });
});
