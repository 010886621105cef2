import { type Config, required } from '#config';
import { CommandHandler } from '#event-sourcing';
import {
  internalTopicFeed,
  kafkaBroker,
  kafkaConnection,
  Notices,
  RelayState,
  sealOf,
  sourceOf,
} from '#messaging';
import { beginRole, projectionLog, run, type Stops, watchReadModels } from '#process';
import { ReadModels, type RunnerObserver } from '#read-models';
import type { Logger } from '#telemetry';

/**
 * The role `projector`: keeps the read models up to date from Kafka, and carries out what process managers ask for. Any
 * number of projectors share the work out and stand by for each other. Migrates nothing.
 */
async function start(config: Config): Promise<Stops> {
  const given = required(config, 'postgresUrl', 'hashKey', 'kafkaBrokers');
  const { postgresUrl: url } = given;
  const role = beginRole(given);
  const { stops, logger, metrics, health, store } = role;
  const broker = kafkaBroker(
    kafkaConnection(given, 'inquest-projector', (line) => logger.debug({ name: line }, 'kafka')),
  );
  const state = new RelayState(url);
  stops.push(['the state of the relay', () => state.close()]);
  const source = sourceOf(config.installation);
  const notices = new Notices(broker, source);
  stops.push(['notices', () => notices.close()]);
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
  stops.push(['the read models', () => readModels.stop()]);
  watchReadModels(readModels, { metrics, health });
  const serving = await role.serve();
  readModels.start();
  readModels.startProcesses(new CommandHandler({ store, hashKey: given.hashKey }));
  stops.push(['health', async () => health.drain()]);
  role.ready(serving);
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
