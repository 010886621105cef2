import type { Parse } from './setting.js';

export const text: Parse<string> = (given) => given;

export const oneOf =
  <const Words extends readonly string[]>(words: Words): Parse<Words[number]> =>
  (given) => {
    const word = words.find((known) => known === given);
    if (word === undefined) throw new Error(`must be one of ${words.join(', ')}`);
    return word;
  };

/** The one word there is, with the reason why there is no other. */
export const only =
  <const Word extends string>(word: Word, reason: string): Parse<Word> =>
  (given) => {
    if (given !== word) throw new Error(`must be ${word}, ${reason}`);
    return word;
  };

export const integer =
  (min: number, max: number): Parse<number> =>
  (given) => {
    const value = /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN;
    if (!(value >= min && value <= max)) throw new Error(`must be a whole number from ${min} to ${max}`);
    return value;
  };

/** An absolute URL with one of these schemes (each with its colon). */
export const url =
  (...schemes: readonly string[]): Parse<string> =>
  (given) => {
    const scheme = URL.canParse(given) ? new URL(given).protocol : '';
    if (!schemes.includes(scheme)) throw new Error(`must be a URL that starts with ${schemes.join(' or ')}`);
    return given;
  };

/** An absolute URL whose answers nobody between can change: https, or plain http that does not leave this machine. */
export const secureUrl: Parse<string> = (given) => {
  const { protocol, hostname } = URL.canParse(given) ? new URL(given) : { protocol: '', hostname: '' };
  const isLocal = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLocal))
    throw new Error('must be a URL that starts with https:, or with http: for this machine');
  return given;
};

export const hostAndPort: Parse<string> = (given) => {
  const [, port = ''] = /^(?:[^\s:/@]+|\[[0-9a-fA-F:.]+\]):(\d{1,5})$/.exec(given) ?? [];
  if (!(Number(port) >= 1 && Number(port) <= 65_535))
    throw new Error('must be host:port, or several between commas');
  return given;
};

/** Kafka's names are of these characters, 249 at most; ours need some of them. */
export const topicPrefix: Parse<string> = (given) => {
  if (!/^[A-Za-z0-9._-]{0,150}$/.test(given))
    throw new Error('must be letters, digits, dots, underscores and hyphens, 150 at most');
  return given;
};

/** Parts between commas, each read on its own; white space around them does not count. */
export const list =
  <T>(part: Parse<T>): Parse<readonly T[]> =>
  (given) =>
    given.split(',').map((item) => part(item.trim()));

/** What browsers send as `Origin` (RFC 6454): scheme, host and port, nothing after them. */
export const origin: Parse<string> = (given) => {
  if (!URL.canParse(given) || new URL(given).origin !== given) throw new Error('must be a web origin');
  return given;
};

/** Bytes as base64, at least so many. */
export const bytes =
  (min: number): Parse<Uint8Array> =>
  (given) => {
    const value = Buffer.from(given, 'base64');
    if (value.toString('base64') !== given.trim()) throw new Error('must be base64 with its padding');
    if (value.length < min) throw new Error(`must hold at least ${min} bytes`);
    return new Uint8Array(value);
  };
