import { hostname } from 'node:os';
import { type Config, required } from '#config';
import type { PostgresEventStore } from '#event-store-postgres';
import {
  BrokerUnavailable,
  demandTopics,
  internalPublication,
  kafkaBroker,
  kafkaConnection,
  newestPublished,
  publicPublication,
  Relay,
  type RelayObserver,
  RelayState,
  sealOf,
  sourceOf,
  topicSettings,
  topicsOf,
} from '#messaging';
import { beginRole, run, type Stops } from '#process';
import type { Health, Logger, RelayMetrics } from '#telemetry';

/**
 * The role `relay`: publishes the log on Kafka. Any number of processes; one publishes, the others stand by. Makes no
 * topic and migrates nothing. Rejects when it cannot start: Kafka may be away then, but topics must not be wrong.
 */
async function start(config: Config): Promise<Stops> {
  const given = required(config, 'postgresUrl', 'hashKey', 'kafkaBrokers');
  const role = beginRole(given);
  const { stops, logger, metrics, health, store } = role;
  const broker = kafkaBroker(
    kafkaConnection(given, 'inquest-relay', (line) => logger.debug({ name: line }, 'kafka')),
  );
  const topics = topicsOf(topicSettings(config));
  await demandTopics(broker, topics).catch((error: unknown) => {
    if (!(error instanceof BrokerUnavailable)) throw error;
    logger.warn({ error }, 'Kafka cannot be reached; publishing waits for it');
  });
  const state = new RelayState(given.postgresUrl);
  stops.push(['the state of the relay', () => state.close()]);
  const relayMetrics = metrics.relay();
  const observe = observer(logger, relayMetrics);
  const source = sourceOf(config.installation);
  const seal = sealOf(source, given.hashKey);
  const holder = `${hostname()} ${process.pid}`;
  // Of both: what the internal topic has, and the log has not, shows that the log is older than what was published.
  const newest = () => newestPublished(broker, seal);
  const relays = [internalPublication(seal), publicPublication(source)].map((publication) => {
    const own = topics.filter(({ name }) => publication.topics.includes(name));
    const ready = () => demandTopics(broker, own);
    return new Relay({ store, broker, state, publication, holder, newest, ready, observe });
  });
  watchRelays({ relays, store, state, health, metrics: relayMetrics });
  const url = await role.serve();
  for (const relay of relays) {
    relay.start();
    stops.push([`publication ${relay.name}`, () => relay.stop()]);
  }
  stops.push(['health', async () => health.drain()]);
  role.ready(url);
  return stops;
}

function observer(logger: Logger, metrics: RelayMetrics): RelayObserver {
  return {
    published: ({ publication, events, records }) => metrics.published(publication, events, records),
    began: ({ publication, position }) =>
      logger.info({ publication, position: String(position) }, 'publishes the log after this position'),
    interrupted: ({ publication, error }) => logger.error({ publication, error }, 'publishing waits'),
  };
}

/** What a process that stands by shows is how far the one that publishes is. */
function watchRelays(of: {
  readonly relays: readonly Relay[];
  readonly store: PostgresEventStore;
  readonly state: RelayState;
  readonly health: Health;
  readonly metrics: RelayMetrics;
}): void {
  const { relays, store, state, health, metrics } = of;
  for (const relay of relays)
    health.add(`publication ${relay.name}`, async () =>
      relay.problem ? `waits: ${relay.problem.name}; the log says why` : undefined,
    );
  metrics.lag(async () => {
    const head = await store.head();
    return Promise.all(
      relays.map(async (relay) => {
        const { position } = await state.published(relay.name);
        return {
          publication: relay.name,
          positions: Number(head - position),
          isPublishing: relay.isPublishing,
        };
      }),
    );
  });
}

await run(start);
