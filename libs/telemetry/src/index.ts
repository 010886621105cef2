export * from './health.js';
export * from './logger.js';
export * from './metrics.js';
export * from './trace.js';
export * from './store-observer.js';
