export * from './api.js';
export * from './api.module.js';
export * from './api-options.js';
export { startSweeps } from './content/sweeps.js';
export { serveMetrics } from './operations/metrics-server.js';
export { destroyReturnedKeys } from './protected/erased-keys.js';
export { openContentStore, openProtectedData, returnedKey } from './storage.js';
export { portInUse, stopAll, stopSignals, type Stops } from './process.js';
export { watch } from './operations/watch.js';
