export * from './api.js';
export * from './api.module.js';
export * from './api-options.js';
export { startSweeps } from './content/sweeps.js';
export { destroyReturnedKeys } from './protected/erased-keys.js';
export { openContentStore, openProtectedData, returnedKey } from './storage.js';
