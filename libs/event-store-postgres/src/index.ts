export * from './log.js';
export * from './migrate-event-store.js';
export * from './grant-login.js';
export * from './postgres-event-store.js';
