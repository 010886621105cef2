export { awsMasterKey, type AwsMasterKeyOptions } from './aws-master-key.js';
export { localMasterKey, type LocalMasterKeyOptions } from './local-master-key.js';
export type { ClosableMasterKey, LocalMasterKey, MasterKey } from './master-key.js';
export { protectedData, type ProtectedData, type SealedField } from './protected-data.js';
export { subjectKeys, type Erasure, type ReturnedKey, type SubjectKeys } from './subject-keys.js';
