import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '#config';
import { type ContentStore, localContentStore, openS3ContentStore } from '#content-store';
import {
  awsMasterKey,
  localMasterKey,
  type MasterKey,
  type ProtectedData,
  protectedData,
  type ReturnedKey,
  subjectKeys,
} from '#protected-data';

type AwsSettings = Pick<Config, 'awsRegion' | 'awsAccessKeyId' | 'awsSecretAccessKey'>;

/** The store of content that the configuration names; the folder, where it names no bucket. */
export async function openContentStore(
  config: AwsSettings & Pick<Config, 's3Bucket' | 's3Prefix' | 's3Endpoint'>,
  folder: string,
): Promise<ContentStore> {
  const { s3Bucket: bucket, s3Prefix: prefix, s3Endpoint: endpoint } = config;
  if (bucket === undefined) return localContentStore(folder);
  return openS3ContentStore({
    bucket,
    region: config.awsRegion,
    ...(prefix === undefined ? {} : { prefix }),
    // A server that is no AWS has no host name for each bucket.
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...credentialsIn(config),
  });
}

/** What the log says of a key that came back. */
export const returnedKey =
  'the key of an erased subject had come back, from a backup perhaps, and was destroyed again';

export interface ProtectedDataSetup {
  /** Of the subjects' keys, and of the master key's file where no KMS has it. */
  readonly folder: string;
  readonly installation: string;
  readonly onReturned: (returned: ReturnedKey) => void;
}

/** The keys of subjects in a folder, under the master key that the configuration names. */
export async function openProtectedData(
  config: AwsSettings & Pick<Config, 'kmsKeyId' | 'kmsEndpoint'>,
  { folder, installation, onReturned }: ProtectedDataSetup,
): Promise<ProtectedData & { close(): Promise<void> }> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const subjects = join(folder, 'subjects');
  const { kmsKeyId } = config;
  const { masterKey, close } =
    kmsKeyId === undefined
      ? await masterKeyIn(join(folder, 'master.key'), subjects)
      : masterKeyOf(config, kmsKeyId);
  const keys = subjectKeys({ folder: subjects, masterKey, onReturned });
  return { ...protectedData({ origin: installation, subjectKeys: keys }), close };
}

interface OpenedMasterKey {
  readonly masterKey: MasterKey;
  readonly close: () => Promise<void>;
}

/** A lost or damaged file is found out at start, and not by the first witness. */
async function masterKeyIn(file: string, subjectKeysFolder: string): Promise<OpenedMasterKey> {
  const masterKey = localMasterKey({ file, subjectKeysFolder });
  await masterKey.ready();
  return { masterKey, close: () => Promise.resolve() };
}

function masterKeyOf(config: AwsSettings & Pick<Config, 'kmsEndpoint'>, keyId: string): OpenedMasterKey {
  const { kmsEndpoint: endpoint, awsRegion: region } = config;
  const masterKey = awsMasterKey({
    keyId,
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...credentialsIn(config),
  });
  return { masterKey, close: () => masterKey.close() };
}

/** Without a key pair of ours the clients find credentials by themselves. */
function credentialsIn({ awsAccessKeyId: accessKeyId, awsSecretAccessKey: secretAccessKey }: AwsSettings) {
  return accessKeyId === undefined || secretAccessKey === undefined
    ? {}
    : { credentials: { accessKeyId, secretAccessKey } };
}
