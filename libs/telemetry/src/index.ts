export * from './health.js';
export * from './health-reports.js';
export * from './logger.js';
export * from './metrics.js';
export type { PublicationLag, RelayMetrics } from './relay-metrics.js';
export * from './trace.js';
export * from './store-observer.js';
