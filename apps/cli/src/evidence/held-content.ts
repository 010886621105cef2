import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { contentBreaches } from '#domain';
import type { InquestClient } from '../import/sending/inquest-client.js';

/** Content of an item of evidence, or of one of its working copies. */
export interface HeldContent {
  readonly id: string;
  readonly exhibitNumber: string;
  readonly copyId?: string;
  /** In bytes. */
  readonly length: number;
}

/** What is asked of an answer here; a newer server may say more. */
const looked = { checkedAt: Type.Optional(Type.String()), intact: Type.Optional(Type.Boolean()) };
const listed = { content: Type.Enum(['held', 'none']), length: Type.Optional(Type.Integer()), ...looked };
const page = Compile(
  Type.Object({
    items: Type.Array(
      Type.Object({
        id: Type.String(),
        exhibitNumber: Type.String(),
        integrity: Type.Object(listed),
        copies: Type.Array(Type.Object({ copyId: Type.String(), ...listed })),
      }),
    ),
    next: Type.Union([Type.String(), Type.Null()]),
  }),
);
const holding = {
  content: Type.Optional(Type.Object({ length: Type.Integer() })),
  integrity: Type.Object(looked),
};
const measured = Type.Object({
  digest: Type.Optional(Type.Object({ algorithm: Type.String(), value: Type.String() })),
  length: Type.Optional(Type.Integer()),
});
const breach = Type.Object({
  copyId: Type.Optional(Type.String()),
  kind: Type.String(),
  expected: measured,
  found: measured,
  resolved: Type.Optional(Type.Object({})),
});
const state = Compile(
  Type.Object({
    exhibitNumber: Type.String(),
    ...holding,
    copies: Type.Record(Type.String(), Type.Object(holding)),
    breaches: Type.Record(Type.String(), breach),
  }),
);
export type FoundBreach = Static<typeof breach>;

const pageItems = 200;

/**
 * All content that is held and was last looked at before `before`, or never; what waits for longest first. The list is
 * taken as a whole before anything is checked, because a check moves its item to the end of it: some 300 bytes each.
 */
export async function allHeld(client: InquestClient, before: string | undefined): Promise<HeldContent[]> {
  const due: HeldContent[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const from: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const path = `/v1/evidence?content=held&sort=checkedAt&limit=${pageItems}${from}`;
    const { items, next } = page.Parse(await client.read(path));
    for (const { id, exhibitNumber, integrity, copies } of items) {
      const all = [
        { ...integrity, of: {} },
        ...copies.map(({ copyId, ...copy }) => ({ ...copy, of: { copyId } })),
      ];
      const held = all.filter(
        ({ content, checkedAt = '' }) => content === 'held' && (before === undefined || checkedAt < before),
      );
      // They come in the order of their oldest check.
      if (held.length === 0) return due;
      due.push(...held.map(({ length = 0, of }) => ({ id, exhibitNumber, length, ...of })));
    }
    cursor = next;
  }
  return due;
}

/** The content of one item and of its working copies. */
export async function heldOf(
  client: InquestClient,
  id: string,
  before: string | undefined,
): Promise<HeldContent[]> {
  const { exhibitNumber, copies, ...item } = state.Parse(await client.read(pathOf(id)));
  const all = [
    { ...item, of: {} },
    ...Object.entries(copies).map(([copyId, copy]) => ({ ...copy, of: { copyId } })),
  ];
  return all.flatMap(({ content, integrity: { checkedAt = '' }, of }) =>
    content !== undefined && (before === undefined || checkedAt < before)
      ? [{ id, exhibitNumber, length: content.length, ...of }]
      : [],
  );
}

/** What the log says of the content now; `unknown` where it was stored anew and not looked at since. */
export async function lookAt(
  client: InquestClient,
  { id, copyId }: HeldContent,
): Promise<'intact' | 'unknown' | readonly FoundBreach[]> {
  const item = state.Parse(await client.read(pathOf(id)));
  const { intact } = (copyId === undefined ? item : item.copies[copyId])?.integrity ?? {};
  if (intact === undefined) return 'unknown';
  if (intact) return 'intact';
  const known = Object.values(item.breaches).filter(
    (one) => one.copyId === copyId && contentBreaches.some((kind) => kind === one.kind),
  );
  const open = known.filter(({ resolved }) => resolved === undefined);
  // Two people may have let a breach stand: then it is still there, and the newest says how.
  return open.length > 0 ? open : known.slice(-1);
}

export const pathOf = (id: string): string => `/v1/evidence/${encodeURIComponent(id)}`;
