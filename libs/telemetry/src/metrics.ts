import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type RelayMetrics, relayMetrics } from './relay-metrics.js';

/** How far a projection is behind the log. */
export interface ProjectionLag {
  readonly projection: string;
  readonly positions: number;
  /** Age of the oldest event it has not processed; 0 when there is none. */
  readonly seconds: number;
  readonly parked: number;
}

/** The measures of one process, in a registry of its own. */
export interface Metrics {
  readonly contentType: string;
  /** Everything measured, in the text format of Prometheus. */
  text(): Promise<string>;
  /** For the event store: called for every transaction, every answer and every disturbance. */
  readonly storeObserver: {
    readonly appended: (events: number) => void;
    readonly answered: (durationMs: number) => void;
    readonly disturbed: (error: Error) => void;
  };
  /** `route` is the template, never the path: the number of series stays bounded. */
  request(route: string, method: string, status: number, seconds: number): void;
  /** Measured whenever somebody collects. */
  queueDepth(current: () => number): void;
  commandsInFlight(current: () => number): void;
  /** Of the content that is hashed again in the background. */
  readonly integrity: IntegrityMetrics;
  /** Of a process that publishes; made when it is first asked for. */
  relay(): RelayMetrics;
  /** Records on the topic were no events of ours, and were passed over. */
  setAside(projection: string, records: number): void;
  /** Asked once for every collection. While it rejects, `inquest_projections_known` is 0 and no lag is shown. */
  projections(current: () => Promise<readonly ProjectionLag[]>): void;
}

export interface IntegrityMetrics {
  hashed(bytes: number): void;
  /** An item or a working copy was hashed whole. */
  checked(): void;
  breached(): void;
  /** When the content that was looked at longest ago was; undefined where nothing is held. */
  oldestCheck(at: Date | 'never' | undefined): void;
}

const latencies = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'inquest_' });

  const appendSeconds = new Histogram({
    name: 'inquest_append_seconds',
    help: 'Time from an append to its answer, whichever it is.',
    buckets: latencies,
    registers,
  });
  const appendEvents = new Histogram({
    name: 'inquest_append_batch_events',
    help: 'Events that one append transaction committed.',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
    registers,
  });
  const disturbances = new Counter({
    name: 'inquest_store_disturbances_total',
    help: 'Connections to the store that were lost or could not be made, and attempts that failed.',
    registers,
  });
  const requests = new Histogram({
    name: 'inquest_http_request_seconds',
    help: 'Time from the request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: latencies,
    registers,
  });
  const gauge = (name: string, help: string, current: () => number): void => {
    const collected: Gauge = new Gauge({ name, help, registers, collect: () => collected.set(current()) });
  };

  const setAside = new Counter({
    name: 'inquest_projection_records_set_aside_total',
    help: 'Records on the internal topic that were no events of this installation.',
    labelNames: ['projection'],
    registers,
  });
  const refreshes: (() => Promise<void>)[] = [];

  return {
    contentType: registry.contentType,
    text: async () => {
      await Promise.all(refreshes.map((refresh) => refresh()));
      return registry.metrics();
    },
    storeObserver: {
      appended: (events) => appendEvents.observe(events),
      answered: (durationMs) => appendSeconds.observe(durationMs / 1000),
      disturbed: () => disturbances.inc(),
    },
    request: (route, method, status, seconds) =>
      requests.observe({ method, route, status: String(status) }, seconds),
    queueDepth: (current) =>
      gauge('inquest_append_queue_requests', 'Appends that wait for the next transaction.', current),
    commandsInFlight: (current) =>
      gauge('inquest_commands_in_flight', 'Commands that are being carried out.', current),
    integrity: integrityMetrics(registry),
    relay: () => relayMetrics(registry, (refresh) => refreshes.push(refresh)),
    setAside: (projection, records) => setAside.inc({ projection }, records),
    projections: (current) => {
      refreshes.push(projectionGauges(registry, current));
    },
  };
}

function integrityMetrics(registry: Registry): IntegrityMetrics {
  const registers = [registry];
  const counter = (name: string, help: string) => new Counter({ name, help, registers });
  const bytes = counter('inquest_integrity_checked_bytes_total', 'Bytes that the integrity sweep hashed.');
  const items = counter(
    'inquest_integrity_checked_items_total',
    'Items and working copies that the integrity sweep hashed whole.',
  );
  const breaches = counter(
    'inquest_integrity_breaches_total',
    'Breaches that the integrity sweep found and put on record.',
  );
  const oldest = new Gauge({
    name: 'inquest_integrity_oldest_check_timestamp_seconds',
    help: 'When the content that was looked at longest ago was; 0 where some never was, NaN where none is held.',
    registers,
  });
  oldest.set(Number.NaN);
  return {
    hashed: (hashed) => bytes.inc(hashed),
    checked: () => items.inc(),
    breached: () => breaches.inc(),
    oldestCheck: (at) => oldest.set(at === 'never' ? 0 : at === undefined ? Number.NaN : at.getTime() / 1000),
  };
}

/** The gauges of the projections, and what brings them up to date. */
function projectionGauges(
  registry: Registry,
  current: () => Promise<readonly ProjectionLag[]>,
): () => Promise<void> {
  const registers = [registry];
  const labelNames = ['projection'] as const;
  const positions = new Gauge({
    name: 'inquest_projection_lag_positions',
    help: 'Positions a projection is behind the log.',
    labelNames,
    registers,
  });
  const seconds = new Gauge({
    name: 'inquest_projection_lag_seconds',
    help: 'Age of the oldest event that a projection has not processed.',
    labelNames,
    registers,
  });
  const parked = new Gauge({
    name: 'inquest_projection_parked',
    help: 'Events that a projection has parked.',
    labelNames,
    registers,
  });
  const known = new Gauge({
    name: 'inquest_projections_known',
    help: '1 when the state of the projections could be read, 0 otherwise.',
    registers,
  });
  return async () => {
    const lags = await current().catch(() => undefined);
    known.set(lags === undefined ? 0 : 1);
    for (const metric of [positions, seconds, parked]) metric.reset();
    for (const { projection, ...lag } of lags ?? []) {
      positions.set({ projection }, lag.positions);
      seconds.set({ projection }, lag.seconds);
      parked.set({ projection }, lag.parked);
    }
  };
}
