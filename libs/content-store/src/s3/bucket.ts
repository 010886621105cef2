import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';

/** Where a bucket is and who asks. */
export interface S3Options {
  /** Left out for Amazon's own. */
  readonly endpoint?: string;
  readonly region: string;
  readonly bucket: string;
  /** Begins every key; the store owns what is under it. Ends in `/` when it is to look like a folder. */
  readonly prefix?: string;
  /** The bucket in the path instead of the host name, as many servers want it. */
  readonly forcePathStyle?: boolean;
  /** Left out, the SDK's usual places are asked, such as the role of the machine. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

const connectMsMax = 5_000;
/** A server that says nothing for so long in the middle of an answer has failed. */
const silentMsMax = 30_000;
/** One request, each after a longer rest, before it counts as failed. */
const attemptsMax = 3;

/** A bucket, or the part of it that is the store's. */
export interface Bucket {
  readonly client: S3Client;
  readonly name: string;
  readonly prefix: string;
  /** What names one object to the SDK. */
  at(address: string): { readonly Bucket: string; readonly Key: string };
}

export function openBucket(options: S3Options): Bucket {
  const { endpoint, region, bucket, prefix = '', forcePathStyle = false, credentials } = options;
  const config: S3ClientConfig = {
    region,
    forcePathStyle,
    maxAttempts: attemptsMax,
    requestHandler: {
      connectionTimeout: connectMsMax,
      requestTimeout: silentMsMax,
      socketTimeout: silentMsMax,
      throwOnRequestTimeout: true,
    },
    // Since 3.729 the SDK sends a CRC32 in a trailer unless told, which many compatible servers refuse. Nothing is lost:
    // the signature covers the SHA-256 of every part that is sent, and what is read is verified here, block by block.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  };
  if (endpoint !== undefined) config.endpoint = endpoint;
  if (credentials !== undefined) config.credentials = credentials;
  const client = new S3Client(config);
  return {
    client,
    name: bucket,
    prefix,
    at: (address) => ({ Bucket: bucket, Key: `${prefix}${address}` }),
  };
}
