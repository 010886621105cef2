/** Under which ports and functions, which have no class, are injected. */
export const eventStoreToken = Symbol('EventStore');
export const metricsToken = Symbol('Metrics');
export const contentStoreToken = Symbol('ContentStore');
export const protectedDataToken = Symbol('ProtectedData');
/** How long whoever uploads may send nothing, in milliseconds. */
export const uploadIdleMsToken = Symbol('uploadIdleMs');
