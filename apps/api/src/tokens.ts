/** Under which ports and functions, which have no class, are injected. */
export const eventStoreToken = Symbol('EventStore');
export const metricsToken = Symbol('Metrics');
