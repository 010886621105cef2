import { Type } from 'typebox';
import { copyPurpose } from '../value-lists.js';
import { dayOrInstant, id, irregularities, object, text } from '../values.js';
import { content, digests, integrity } from './content.js';

/** How a working copy was made: ISO/IEC 27037, 7.1.4, and 27042, 5.4, on what must be possible to do again. */
export const derivation = {
  /** The copy it was made from; absent where it was made from the original. */
  from: Type.Optional(id),
  purpose: copyPurpose,
  tool: text(300),
  toolVersion: Type.Optional(text(100)),
  /** With which settings, as exactly as it takes to make it again. */
  parameters: text(4000),
  digests,
  /** Who made it, a person under a pseudonym. */
  operatorId: id,
  derivedAt: dayOrInstant,
  description: Type.Optional(text(4000)),
};

/** A working copy as the state of its original holds it: so whatever restricts the original restricts the copy. */
export const workingCopy = object({
  ...derivation,
  irregularities,
  content: Type.Optional(content),
  integrity,
});
