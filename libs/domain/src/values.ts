import { type Static, type TProperties, Type } from 'typebox';
import { isBefore } from './before.js';
import {
  claimScope,
  datePrecision,
  digestAlgorithm,
  harm,
  partyRole,
  placePrecision,
  restrictionKind,
  sourceKind,
  victimStatus,
} from './value-lists.js';

/** One schema per value: events, commands, OpenAPI and the public contract all use these. */

/** A JSON object with these members and no others. */
export function object<P extends TProperties>(properties: P) {
  return Type.Object(properties, { additionalProperties: false });
}

/**
 * Text a person wrote: not empty, not only white space, no control characters but tab and line breaks, and no half of
 * a surrogate pair, which is no character and which no store could give back.
 */
export const text = (lengthMax: number) =>
  Type.String({
    minLength: 1,
    maxLength: lengthMax,
    description: 'text that is not blank and holds no control characters',
    pattern: '^(?=[\\s\\S]*\\S)[^\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F\\uD800-\\uDFFF]*$',
  });

/** UUID, lower case (RFC 9562). */
export const id = Type.String({
  description: 'a UUID in lower case',
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  examples: ['5f0c8f1e-2a51-4c6c-9b7a-0d9f7c1f3c11'],
});
export type Id = Static<typeof id>;

/** A person under a pseudonym or a member of staff: what the sign-in calls them; never a natural name. */
export const subject = Type.String({
  description: 'a subject of the sign-in: visible ASCII characters',
  minLength: 1,
  maxLength: 200,
  pattern: '^[\\x21-\\x7E]+$',
});

/**
 * Instant, RFC 3339 in UTC. The calendar is checked: no 30th of February; no year 0, which PostgreSQL does not have, and
 * no leap second, which JavaScript does not have.
 */
export const instant = Type.String({
  description: 'an instant in UTC like 2025-03-01T12:00:00Z, which exists (RFC 3339)',
  format: 'date-time',
  pattern: '^(?!0000)\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:[0-5]\\d(\\.\\d{1,3})?Z$',
  examples: ['2025-03-01T12:00:00Z'],
});

/** A day of the calendar, in UTC. */
export const day = Type.String({
  description: 'a day like 2025-03-01, which exists (RFC 3339)',
  format: 'date',
  pattern: '^(?!0000)',
  examples: ['2025-03-01'],
});

/** A day, or an instant where the hour is known; always UTC. */
export const dayOrInstant = Type.Union([day, instant]);

/** Language, BCP 47. */
export const language = Type.String({
  description: 'a language tag (BCP 47)',
  maxLength: 35,
  pattern: '^[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*$',
  examples: ['en', 'ar', 'uk'],
});

/** Country, ISO 3166-1 alpha-2. */
export const country = Type.String({
  description: 'a country code of two capital letters (ISO 3166-1 alpha-2)',
  pattern: '^[A-Z]{2}$',
  examples: ['XX'],
});

/** Whole number that JSON and JavaScript both keep exactly. */
export const count = Type.Integer({ minimum: 0, maximum: 1_000_000_000 });

/** An absolute web address, without credentials in it. */
export const url = Type.String({
  description: 'an absolute web address without credentials',
  maxLength: 2000,
  pattern: '^https?://[^\\s/@]+(/[^\\s]*)?$',
});

/** A digest in lower-case hex, as long as its algorithm makes it. */
export const digest = Type.Refine(
  object({
    algorithm: digestAlgorithm,
    value: Type.String({ description: 'hex digits in lower case', pattern: '^[0-9a-f]+$', maxLength: 128 }),
  }),
  ({ algorithm, value }) =>
    value.length === { 'sha-256': 64, 'sha3-256': 64, 'sha-384': 96, 'sha-512': 128 }[algorithm],
  () => 'the length of the value does not fit the algorithm',
);
export type Digest = Static<typeof digest>;

/** SHA-256 in lower-case hex over the material fields that a second person reviewed (`digestOf`). */
export const reviewedDigest = Type.String({
  description: 'a SHA-256 digest in lower-case hex',
  pattern: '^[0-9a-f]{64}$',
});

/** SHA-256 in lower-case hex of what our own store keeps; unlike `digest`, its algorithm is not for anybody to choose. */
export const sha256 = Type.String({
  description: 'a SHA-256 digest in lower-case hex',
  pattern: '^[0-9a-f]{64}$',
});

/** How long a content is, in bytes. */
export const byteLength = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** What kind of content it is, RFC 6838, 4.2: as the server finds it, whatever the sender says. */
export const mediaType = Type.String({
  description: 'a media type (RFC 6838) in lower case, without parameters',
  maxLength: 255,
  pattern: '^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$',
  examples: ['video/mp4'],
});

/** What may stand in for other characters, turn their order round or not be seen at all. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const fileNameBytesMax = 255;

/**
 * What a file was called where it came from: shown and offered for saving, never a path. No separator of any system, no
 * character that hides what the name ends in (Unicode TR 36, 3.1), nothing that a file system would cut off.
 */
export const fileName = Type.Refine(
  Type.String({
    description: 'a file name of at most 255 bytes, without separators, control or format characters',
    minLength: 1,
    maxLength: 255,
    pattern: '^(?![ .])[^/\\\\:\\u0000-\\u001F\\u007F\\uD800-\\uDFFF]*$',
    examples: ['drone-17.mp4'],
  }),
  (name) =>
    !unseen.test(name) &&
    !/^[\s.]|[\s.]$/u.test(name) &&
    new TextEncoder().encode(name).length <= fileNameBytesMax,
  () => 'a file name neither begins nor ends in a space or a dot, and every character of it can be seen',
);

/** Codes of the rules that did not hold when a fact was recorded. */
export const irregularities = Type.Array(Type.String({ pattern: '^[a-z]+(-[a-z]+)*$', maxLength: 100 }), {
  maxItems: 50,
});

/** A stream, `<category>-<uuid>`. */
export const streamName = Type.String({
  pattern: '^[a-z]{1,63}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
});

/**
 * A time span that may be open at either end ("killed before 11 February") or unknown. Precision `unknown` has no dates;
 * every other has at least one.
 */
export const period = Type.Refine(
  object({
    start: Type.Optional(dayOrInstant),
    end: Type.Optional(dayOrInstant),
    precision: datePrecision,
  }),
  ({ start, end, precision }) =>
    (precision === 'unknown') === ((start ?? end) === undefined) &&
    (start === undefined || end === undefined || !isBefore(end, start)),
  () => 'a known period has a start or an end, in this order; an unknown one has neither',
);
export type Period = Static<typeof period>;

/** WGS 84, decimal degrees. */
export const coordinates = object({
  latitude: Type.Number({ minimum: -90, maximum: 90 }),
  longitude: Type.Number({ minimum: -180, maximum: 180 }),
});

/**
 * Somewhere, as sharp as it is known. Coordinates are those of the named place; the radius says how far off they may be.
 * A country that has no code of ISO 3166-1 is in the name.
 */
export const place = Type.Refine(
  object({
    name: Type.Optional(text(500)),
    country: Type.Optional(country),
    precision: placePrecision,
    coordinates: Type.Optional(coordinates),
    radiusMeters: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_000_000 })),
  }),
  ({ name, country: code, coordinates: point, radiusMeters, precision }) =>
    (radiusMeters === undefined || point !== undefined) &&
    (precision !== 'unknown' || point === undefined) &&
    (precision !== 'exact' || point !== undefined) &&
    (precision !== 'country' || (code ?? name) !== undefined),
  () =>
    'a radius and the precision exact need coordinates, coordinates a precision other than unknown, ' +
    'and the precision country its code or a name',
);
export type Place = Static<typeof place>;

/** An organised party and the role it is said to have had, with what that rests on. */
export const party = object({ role: partyRole, party: text(200), basis: text(1000) });

/** At least `min`, at most `max`; `max: null` says that no upper bound is claimed. */
export const bounds = Type.Refine(
  object({ min: count, max: Type.Union([count, Type.Null()]) }),
  ({ min, max }) => max === null || min <= max,
  () => 'min is over max',
);

/** A number of victims as a source claims it: min ≤ best ≤ max where given. */
export const figure = Type.Refine(
  object({
    harm,
    status: victimStatus,
    min: count,
    best: Type.Optional(count),
    max: Type.Union([count, Type.Null()]),
  }),
  ({ min, best, max }) => inOrder(min, best, max),
  () => 'min ≤ best ≤ max does not hold',
);

/** Whether numbers do not fall, as far as they are given: min ≤ best ≤ max. */
export function inOrder(...numbers: readonly unknown[]): boolean {
  return numbers
    .filter((number) => typeof number === 'number')
    .every((number, index, given) => index === 0 || number >= (given[index - 1] ?? 0));
}

/** Where an allegation comes from. A person is an informant's pseudonymous id; organisations are named. */
export const source = object({
  kind: sourceKind,
  organisation: Type.Optional(text(300)),
  informantId: Type.Optional(id),
  reference: text(1000),
});
export type Source = Static<typeof source>;

/** What a provider of material demands of whoever holds it. `permits` names the recipients that are allowed. */
export const restriction = object({
  kind: restrictionKind,
  provider: text(300),
  permits: Type.Array(text(300), { maxItems: 50 }),
  legalBasis: text(1000),
});

/** What is claimed: of which scope, when, where, how many incidents and victims. */
export const claim = object({
  scope: claimScope,
  period: Type.Optional(period),
  place: Type.Optional(place),
  incidents: Type.Optional(bounds),
  figures: Type.Array(figure, { maxItems: 100 }),
});
