/** Under which ports and functions, which have no class, are injected. */
export const eventStoreToken = Symbol('EventStore');
/** A `ContentReader`, or null where this process has none. */
export const contentStoreToken = Symbol('ContentStore');
export const metricsToken = Symbol('Metrics');
