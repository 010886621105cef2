export { serveOperations } from './operations-server.js';
export { projectionLog } from './projection-log.js';
export { beginRole, type Role } from './role.js';
export { run } from './run.js';
export { portInUse, stopAll, stopSignals, type Stops } from './stops.js';
export { watchReadModels, watchStore } from './watch.js';
