import { BrokerRefused, BrokerUnavailable } from '../message-broker.js';

export const retryMs = 100;
export const readRetries = 3;

/** Does what the client library is asked for; rejects with `BrokerUnavailable`, `BrokerRefused` or a mistake of ours. */
export async function available<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw brokerError(error);
  }
}

/** What a failure of the client is to those who know the port only. */
export function brokerError(cause: unknown): Error {
  if (cause instanceof BrokerUnavailable || cause instanceof BrokerRefused || isMistake(cause)) return cause;
  if (!errorsIn(cause).some(isRefusal)) return new BrokerUnavailable(wordsOf(cause), { cause });
  const remedy = 'check the user that signs in to Kafka, its password, and its rights to topics and groups';
  return new BrokerRefused(`${wordsOf(cause)}: ${remedy}`, { cause });
}

const isMistake = (error: unknown): error is Error =>
  error instanceof Error && ['TypeError', 'ReferenceError'].includes(error.name);

/** The last two: credentials for a listener that wants none. */
const refusals: ReadonlySet<unknown> = new Set([
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'ILLEGAL_SASL_STATE',
]);

const isRefusal = (error: Error): boolean =>
  error.name === 'KafkaJSSASLAuthenticationError' || ('type' in error && refusals.has(error.type));

/** An error, what caused it, and the several that it may stand for. */
function errorsIn(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  return [error, ...errorsIn(error.cause), ...partsOf(error).flatMap(errorsIn)];
}

function partsOf(error: Error): unknown[] {
  const parts: unknown = 'errors' in error ? error.errors : [];
  return Array.isArray(parts) ? parts : [];
}

/** Of several errors at once, about topics for instance, the words of each. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const parts = partsOf(error);
  if (parts.length > 0) return [...new Set(parts.map(wordsOf))].join('; ');
  return 'topic' in error ? `${String(error.topic)}: ${error.message}` : error.message;
}
