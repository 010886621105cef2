import { type Static, Type } from 'typebox';
import { country, object, text } from '../values.js';

/** What is only ever sealed. These are the shapes of commands; no event, state or answer but unsealing holds them. */

/** Who somebody is. */
export const identity = object({
  fullName: text(300),
  /** As far as it is known. */
  dateOfBirth: Type.Optional(
    Type.String({
      description: 'a day, a month or a year like 1990-05-17, 1990-05 or 1990',
      pattern: '^(?!0000)\\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\\d|3[01]))?)?$',
      examples: ['1990-05-17', '1990'],
    }),
  ),
  placeOfBirth: Type.Optional(text(300)),
  nationality: Type.Optional(Type.Array(country, { maxItems: 10, uniqueItems: true })),
  gender: Type.Optional(text(100)),
  documents: Type.Optional(
    Type.Array(object({ kind: text(100), number: text(100), issuedBy: Type.Optional(text(200)) }), {
      maxItems: 20,
    }),
  ),
});
export type Identity = Static<typeof identity>;

/** How to reach somebody, and how not to: a call to a telephone that others answer may cost a life. */
export const contact = object({
  telephone: Type.Array(text(50), { maxItems: 20 }),
  email: Type.Array(text(320), { maxItems: 20 }),
  address: Type.Optional(text(1000)),
  contactPerson: Type.Optional(text(500)),
  howToContactSafely: Type.Optional(text(2000)),
});
export type Contact = Static<typeof contact>;

/** Other names somebody is known by. */
export const aliases = Type.Array(text(300), { minItems: 1, maxItems: 50, uniqueItems: true });
export type Aliases = Static<typeof aliases>;
