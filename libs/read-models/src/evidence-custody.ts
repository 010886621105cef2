import { type Static, Type } from 'typebox';
import {
  breach,
  byteLength,
  count,
  derivation,
  Evidence,
  fileName,
  handover,
  id,
  instant,
  isImpaired,
  isQuarantined,
  mediaType,
  object,
  openOffer,
  subject,
  text,
} from '#domain';
import type { Filter, Sort } from './list/definition.js';

/** What the register says of who holds an item, of its content and integrity, and of its working copies. */

const heldOrNone = Type.Enum(['held', 'none']);
const yesOrNo = Type.Enum(['true', 'false']);

/** Of the item itself, or of one working copy. */
const integrity = {
  content: heldOrNone,
  length: Type.Optional(byteLength),
  mediaType: Type.Optional(mediaType),
  fileName: Type.Optional(fileName),
  checks: count,
  checkedAt: Type.Optional(instant),
  /** Whether the content was, when it was last looked at, what had been stored. */
  intact: Type.Optional(Type.Boolean()),
  quarantined: Type.Boolean(),
};
const { from, purpose, digests, derivedAt } = derivation;

export const custody = {
  custodian: Evidence.properties.custodian,
  place: Evidence.properties.place,
  /** The offer of custody that nobody has settled. */
  openOffer: Type.Optional(object({ offerId: id, ...handover, offeredBy: subject })),
  integrity: object({ ...integrity, impaired: Type.Boolean() }),
  /** Breaches of the item and of its working copies that nobody resolved. */
  breaches: Type.Array(object({ breachId: id, ...breach })),
  copies: Type.Array(object({ copyId: id, from, purpose, digests, derivedAt, ...integrity })),
  copyCount: count,
};
const Custody = object(custody);

export function custodyOf(state: Evidence): Static<typeof Custody> {
  const open = openOffer(state);
  const copies = Object.entries(state.copies).map(([copyId, copy]) => ({
    copyId,
    ...(copy.from === undefined ? {} : { from: copy.from }),
    purpose: copy.purpose,
    digests: copy.digests,
    derivedAt: copy.derivedAt,
    ...integrityOf(copy),
    quarantined: isQuarantined(state, copyId),
  }));
  return {
    custodian: state.custodian,
    ...(state.place === undefined ? {} : { place: state.place }),
    ...(open ? { openOffer: { ...open, offeredBy: open.offeredBy.person } } : {}),
    integrity: { ...integrityOf(state), quarantined: isQuarantined(state), impaired: isImpaired(state) },
    breaches: Object.entries(state.breaches)
      .filter(([, { resolved }]) => resolved === undefined)
      .map(([breachId, found]) => ({ breachId, ...found })),
    copies,
    copyCount: copies.length,
  };
}

function integrityOf({ content, integrity: known }: Pick<Evidence, 'content' | 'integrity'>) {
  if (!content) return { content: 'none' as const, ...known };
  const { length, mediaType: type, fileName: name } = content;
  return {
    content: 'held' as const,
    length,
    mediaType: type,
    ...(name === undefined ? {} : { fileName: name }),
    ...known,
  };
}

export const custodyFilters: Readonly<Record<string, Filter>> = {
  /** A member of staff, or an organisation by its name. */
  custodian: { schema: text(300), condition: 'item.custodian = :value' },
  offeredTo: { schema: text(300), condition: 'item.offered_to = :value' },
  /** Whether our store holds content of the item or of a working copy. */
  content: { schema: heldOrNone, condition: `item.content_held = (:value = 'held')` },
  quarantined: { schema: yesOrNo, condition: 'item.quarantined = :value::boolean' },
  impaired: { schema: yesOrNo, condition: 'item.impaired = :value::boolean' },
  /** Whether a breach of the item or of a working copy waits to be resolved. */
  breached: { schema: yesOrNo, condition: 'item.breached = :value::boolean' },
};

/** By the content that was not looked at for longest, of the item and its working copies; first what never was. */
export const checkedAtSort: Sort = {
  expression: `coalesce(item.checked_at, '-infinity'::timestamptz)`,
  type: 'timestamptz',
};

export function custodyColumns(state: Evidence) {
  const { custodian } = state;
  const to = openOffer(state)?.to;
  const held = [state, ...Object.values(state.copies)].filter(({ content }) => content !== undefined);
  const checked = held.map(({ integrity: { checkedAt } }) => checkedAt ?? '').toSorted();
  return {
    custodian: custodian.kind === 'staff' ? custodian.subject : custodian.organisation,
    offered_to: (to?.kind === 'staff' ? to.subject : to?.organisation) ?? null,
    content_held: held.length > 0,
    checked_at: checked[0] || null,
    quarantined: isQuarantined(state),
    impaired: isImpaired(state),
    breached: Object.values(state.breaches).some(({ resolved }) => resolved === undefined),
  };
}

/** What rows say until the register is rebuilt is what was so before anything of this could be recorded. */
export const custodyMigration = {
  name: 'EvidenceCustody1764000000010',
  sql: `
ALTER TABLE items
  ADD COLUMN custodian text NOT NULL DEFAULT '',
  ADD COLUMN offered_to text,
  ADD COLUMN content_held boolean NOT NULL DEFAULT false,
  ADD COLUMN checked_at timestamp (3) with time zone,
  ADD COLUMN quarantined boolean NOT NULL DEFAULT false,
  ADD COLUMN impaired boolean NOT NULL DEFAULT false,
  ADD COLUMN breached boolean NOT NULL DEFAULT false;
CREATE INDEX ON items (custodian, id);
CREATE INDEX ON items (offered_to, id) WHERE offered_to IS NOT NULL;
CREATE INDEX ON items (coalesce(checked_at, '-infinity'::timestamptz), id) WHERE content_held;
CREATE INDEX ON items (id) WHERE quarantined OR impaired OR breached;`,
};
