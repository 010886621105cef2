import type { KMSClient } from '@aws-sdk/client-kms';
import { KeysUnavailable } from '#event-sourcing';
import type { ClosableMasterKey } from './master-key.js';

export interface AwsMasterKeyOptions {
  /** The key's id, ARN or alias. Stands beside each key that it wraps: later it must be spelt the same. */
  readonly keyId: string;
  readonly region: string;
  /** Of another service that speaks the AWS KMS API. */
  readonly endpoint?: string;
  /** Without them the SDK looks in its usual places. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** How long one attempt may take; there are at most three. */
  readonly attemptMsMax?: number;
}

const attemptsMax = 3;
const connectMsMax = 2_000;
const answerMsMax = 5_000;

/**
 * A master key that never leaves AWS KMS (Encrypt and Decrypt, with the context as EncryptionContext). Requests go to
 * the endpoint directly, not by way of a proxy. Nothing of a key stands in an error, whose cause is the name of what the SDK said.
 */
export function awsMasterKey(options: AwsMasterKeyOptions): ClosableMasterKey {
  const { keyId } = options;
  const name = `aws-kms ${keyId}`;
  let connected: Promise<Kms> | undefined;
  const kms = () => (connected ??= connect(options));
  return {
    name,
    async wrap(key, context) {
      const { client, EncryptCommand } = await kms();
      const command = new EncryptCommand({ KeyId: keyId, Plaintext: key, EncryptionContext: context });
      const { CiphertextBlob } = await asking(name, () => client.send(command));
      return CiphertextBlob ?? refuseEmpty(name);
    },
    async unwrap(wrapped, context) {
      const { client, DecryptCommand } = await kms();
      const sealed = { KeyId: keyId, CiphertextBlob: wrapped, EncryptionContext: context };
      const { Plaintext } = await asking(name, () => client.send(new DecryptCommand(sealed)));
      return Plaintext ?? refuseEmpty(name);
    },
    async close() {
      (await connected)?.client.destroy();
    },
  };
}

type Kms = typeof import('@aws-sdk/client-kms') & { readonly client: KMSClient };

/** The SDK takes 20 MB, which installations without AWS KMS do without. */
async function connect(options: AwsMasterKeyOptions): Promise<Kms> {
  const { region, endpoint, credentials, attemptMsMax = answerMsMax } = options;
  const sdk = await import('@aws-sdk/client-kms');
  const client = new sdk.KMSClient({
    region,
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
    maxAttempts: attemptsMax,
    requestHandler: {
      connectionTimeout: Math.min(connectMsMax, attemptMsMax),
      requestTimeout: attemptMsMax,
      throwOnRequestTimeout: true,
    },
  });
  return { ...sdk, client };
}

/** What went wrong, by the names of the API's errors, and what to do. https://docs.aws.amazon.com/kms/latest/APIReference/ */
const refusals: Readonly<Record<string, string>> = {
  AccessDeniedException: 'denies access. Allow kms:Encrypt and kms:Decrypt on this key to these credentials',
  UnrecognizedClientException: 'does not know the credentials',
  InvalidSignatureException: 'does not accept the credentials',
  ExpiredTokenException: 'does not accept the credentials any more: they expired',
  CredentialsProviderError: 'was not asked, because there are no credentials',
  InvalidCiphertextException:
    'cannot decrypt the key of this subject: it was changed, or is the key of another one. Put its file back from the backup',
  IncorrectKeyException:
    'is another one than the key of this subject was wrapped by. Configure the key that wrapped it',
  NotFoundException: 'does not exist',
  DisabledException: 'is disabled. Enable it',
  KMSInvalidStateException:
    'is in no state to be used, for instance because it is to be deleted. Cancel that',
};

async function asking<T>(name: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const why = refusals[nameOf(error)] ?? 'cannot be reached';
    throw new KeysUnavailable(`The master key ${name} ${why}. Nothing was erased.`, {
      cause: withoutContent(error),
    });
  }
}

/**
 * The SDK's errors may hold on to requests and quote answers, and both hold keys: only the name of the error and the
 * code of a failed connection are kept.
 */
function withoutContent(error: unknown): Error {
  const cause = new Error([nameOf(error), ...connectionFailure(error)].join(' '));
  cause.stack = `${cause.name}: ${cause.message}`;
  return cause;
}

const systemCode = /\bE[A-Z]{4,}\b/; // ECONNREFUSED

function connectionFailure(error: unknown): string[] {
  return error instanceof Error ? (systemCode.exec(error.message)?.slice(0, 1) ?? []) : [];
}

const nameOf = (error: unknown) =>
  typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : 'Error';

function refuseEmpty(name: string): never {
  throw new KeysUnavailable(`The master key ${name} answered without a key. Nothing was erased.`);
}
