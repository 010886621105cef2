export * from './content-store.js';
export * from './errors.js';
export { localContentStore } from './local/local-content-store.js';
