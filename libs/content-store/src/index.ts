export * from './content-store.js';
export * from './errors.js';
export { localContentStore } from './local/local-content-store.js';
export type { S3Options } from './s3/bucket.js';
export { openS3ContentStore } from './s3/open.js';
