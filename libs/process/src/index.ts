export { serveOperations } from './operations-server.js';
export { projectionLog } from './projection-log.js';
export { beginRole, type Role } from './role.js';
export { run } from './run.js';
export { onStopSignal } from './stop-signals.js';
export { portInUse, stopAll, type Stops } from './stops.js';
export { watchReadModels, watchStore } from './watch.js';
