export * from './api.js';
export * from './api.module.js';
export * from './api-options.js';
