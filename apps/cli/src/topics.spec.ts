import { internalTopic } from '#messaging';
import { describeWith } from '../../../test/support/available.js';
import { aBroker } from '../../../test/support/broker.js';
import { inquest } from '../../../test/support/run-cli.js';
import { suiteTopics } from '../../../test/support/topics.js';

describeWith(await aBroker(), 'inquest topics', () => {
  test('shortens no retention until it is told to', async () => {
    const topics = await suiteTopics();
    const environment = {
      INQUEST_KAFKA_BROKERS: topics.connection.brokers.join(','),
      INQUEST_KAFKA_PREFIX: topics.connection.prefix,
      INQUEST_KAFKA_PUBLIC_PARTITIONS: String(topics.settings.publicPartitions),
      INQUEST_KAFKA_INTERNAL_RETENTION_DAYS: '1',
    };
    const refused = await inquest(['topics', 'apply'], environment);
    expect(refused.stdout).toContain(`${internalTopic} has retention.ms 604800000, and not 86400000\n`);
    expect([refused.exitCode, refused.stdout]).toEqual([3, expect.stringContaining('--shorten-retention')]);
    const done = await inquest(['topics', 'apply', '--shorten-retention'], environment);
    expect(done.stdout).toContain(`${internalTopic} had retention.ms 604800000, and not 86400000: put right`);
    expect(done.exitCode).toBe(0);
  });
});
