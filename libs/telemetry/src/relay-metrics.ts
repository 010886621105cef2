import { Counter, Gauge, type Registry } from 'prom-client';

/** How far a publication is behind the log, as this process sees it. */
export interface PublicationLag {
  readonly publication: string;
  readonly positions: number;
  /** Whether this process publishes it, and does not wait for another one to end. */
  readonly isPublishing: boolean;
}

export interface RelayMetrics {
  /** The broker has acknowledged so many records for so many events. */
  published(publication: string, events: number, records: number): void;
  /** Asked for every collection; not shown while it rejects. */
  lag(current: () => Promise<readonly PublicationLag[]>): void;
}

/** `beforeCollecting` is asked to be called whenever somebody collects. */
export function relayMetrics(
  registry: Registry,
  beforeCollecting: (refresh: () => Promise<void>) => void,
): RelayMetrics {
  const registers = [registry];
  const labelNames = ['publication'] as const;
  const events = new Counter({
    name: 'inquest_relay_events_total',
    help: 'Events that the broker has acknowledged or that are not for the publication.',
    labelNames,
    registers,
  });
  const records = new Counter({
    name: 'inquest_relay_records_total',
    help: 'Records that the broker has acknowledged.',
    labelNames,
    registers,
  });
  return {
    published(publication, ofEvents, ofRecords) {
      events.inc({ publication }, ofEvents);
      records.inc({ publication }, ofRecords);
    },
    lag(current) {
      const publishing = new Gauge({
        name: 'inquest_relay_publishing',
        help: '1 where this process publishes, 0 where it stands by.',
        labelNames,
        registers,
      });
      const positions = new Gauge({
        name: 'inquest_relay_lag_positions',
        help: 'Positions that a publication is behind the log.',
        labelNames,
        registers,
      });
      beforeCollecting(async () => {
        const lags = await current().catch(() => []);
        for (const metric of [positions, publishing]) metric.reset();
        for (const { publication, ...lag } of lags) {
          positions.set({ publication }, lag.positions);
          publishing.set({ publication }, lag.isPublishing ? 1 : 0);
        }
      });
    },
  };
}
