import { Type } from 'typebox';
import { acquisitionMethod, sealCondition } from '../value-lists.js';
import { dayOrInstant, id, object, text, url } from '../values.js';

/** A numbered physical seal, as it was when it was looked at. */
export const seal = object({ number: text(100), condition: sealCondition });

/** Who had the item before us: an organisation by its name, a person by a pseudonym, or what is known instead. */
const priorHolder = Type.Refine(
  object({
    organisation: Type.Optional(text(300)),
    personId: Type.Optional(id),
    note: Type.Optional(text(1000)),
    from: Type.Optional(dayOrInstant),
    until: Type.Optional(dayOrInstant),
  }),
  ({ organisation, personId, note }) => (organisation ?? personId ?? note) !== undefined,
  () => 'a prior holder is named or described',
);

/** How the item came to us: ISO/IEC 27037, 6.6, and Berkeley Protocol, chapter VI.C, on what is to be documented. */
export const acquisition = object({
  method: acquisitionMethod,
  tool: Type.Optional(text(300)),
  /** Who did it, a person under a pseudonym: what the sign-in calls somebody may be a name. */
  operatorId: id,
  acquiredAt: dayOrInstant,
  clockSource: Type.Optional(text(300)),
  sourceUrl: Type.Optional(url),
  legalAuthority: Type.Optional(text(1000)),
  contentCreatedAt: Type.Optional(dayOrInstant),
  priorCustody: Type.Array(priorHolder, { maxItems: 100 }),
});
