export * from './async-api.js';
export * from './breaking-changes.js';
export * from './json-schema.js';
export * from './topics.js';
