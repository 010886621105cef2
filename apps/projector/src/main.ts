import { type Config, required } from '#config';
import { CommandHandler } from '#event-sourcing';
import { postgresEventStore } from '#event-store-postgres';
import {
  internalTopicFeed,
  kafkaBroker,
  kafkaConnection,
  Notices,
  RelayState,
  sealOf,
  sourceOf,
} from '#messaging';
import { portInUse, projectionLog, run, serveOperations, type Stops, watch } from '#process';
import { ReadModels, type RunnerObserver } from '#read-models';
import { createLogger, createMetrics, Health, type Logger, storeObserver } from '#telemetry';

/**
 * The role `projector`: keeps the read models up to date from Kafka, and carries out what process managers ask for. Any
 * number of projectors share the work out and stand by for each other. Migrates nothing.
 */
async function start(config: Config): Promise<Stops> {
  const given = required(config, 'postgresUrl', 'hashKey', 'kafkaBrokers');
  const { postgresUrl: url } = given;
  const stops: Stops = [];
  const logger = createLogger({ level: config.logLevel });
  for (const name of config.unknownNames) logger.warn({ name }, 'a variable that is none of ours');
  const metrics = createMetrics();
  const health = new Health();
  const broker = kafkaBroker(
    kafkaConnection(given, 'inquest-projector', (line) => logger.debug({ name: line }, 'kafka')),
  );
  const store = postgresEventStore({ url, observe: storeObserver(metrics, logger) });
  stops.push(() => store.close());
  const state = new RelayState(url);
  stops.push(() => state.close());
  const source = sourceOf(config.installation);
  const notices = new Notices(broker, source);
  stops.push(() => notices.close());
  const feed = internalTopicFeed({
    broker,
    store,
    seal: sealOf(source, given.hashKey),
    published: async () => (await state.published('internal')).position,
    setAside: ({ projection, records, offset, fault }) => {
      metrics.setAside(projection, records);
      const first = { projection, records, offset: String(offset), fault };
      logger.error(first, 'records were set aside');
      notices.tell({ type: 'RecordSetAside', ...first });
    },
  });
  const readModels = await ReadModels.open({ url, store, feed, observe: observer(logger, notices) });
  stops.push(() => readModels.stop());
  watch({ store, readModels, metrics, health });
  const { port, host } = config;
  const operations = await serveOperations({ metrics, health, port, host }).catch((error: unknown) => {
    throw portInUse(error, port, 'Give another one in INQUEST_PORT.');
  });
  stops.push(() => operations.close());
  readModels.start();
  readModels.startProcesses(new CommandHandler({ store, hashKey: given.hashKey }));
  stops.push(async () => health.drain());
  logger.info({ url: `http://${host}:${operations.port}` }, 'ready');
  return stops;
}

function observer(logger: Logger, notices: Notices): RunnerObserver {
  const log = projectionLog(logger);
  return {
    ...log,
    failed(of) {
      log.failed?.(of);
      for (const { stream, revision, event_id: event, type: eventType, fault } of of.parked) {
        if (fault === null) continue;
        const [kind = ''] = fault.split(':');
        notices.tell({
          type: 'EventParked',
          projection: of.projection,
          stream,
          revision,
          event,
          eventType,
          fault: kind,
        });
      }
    },
  };
}

await run(start);
