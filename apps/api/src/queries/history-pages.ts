import { type TProperties, type TSchema, Type } from 'typebox';
import { id, instant } from '#domain';
import { revisionMax } from '#event-sourcing';
import { position } from '../commands/receipt.js';
import { queryString } from '../http/query-string.js';
import { invalid } from '../problems/problem.js';

/** Pages of the events of one stream, oldest first. */

export const revision = Type.Integer({ minimum: 0, maximum: revisionMax });

export const historyQuery = queryString(
  Type.Object({
    from: Type.Optional(revision),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
    cursor: Type.Optional(Type.String({ pattern: '^r(0|[1-9][0-9]{0,9})$' })),
  }),
);

/** From a revision on, so many events at most. */
export interface StreamPage {
  readonly from: number;
  readonly limit: number;
}

/** The page that was asked for. Throws `invalid-request`. */
export async function historyPage<Entry extends { readonly position: bigint }>(
  query: unknown,
  read: (page: StreamPage) => Promise<readonly Entry[]>,
): Promise<object> {
  const { from: start = 0, cursor, limit = 50 } = historyQuery.parse(query);
  const from = cursor === undefined ? start : Number(cursor.slice(1));
  if (!(from <= revisionMax)) throw invalid({ parameter: 'cursor', message: 'is not a cursor of this list' });
  const entries = await read({ from, limit: limit + 1 });
  const items = entries.slice(0, limit).map((entry) => ({ ...entry, position: String(entry.position) }));
  return { items, next: entries.length > limit ? `r${from + limit}` : null };
}

const actor = Type.Object(
  {
    subject: Type.String(),
    roles: Type.Array(Type.String()),
    onBehalfOf: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

/** Such a page of events of these types, with what else each entry has. */
export function historyPageOf(types: readonly string[], members: TProperties): TSchema {
  const entry = Type.Object(
    {
      revision,
      position,
      eventId: id,
      type: Type.Enum([...types]),
      recordedAt: instant,
      actor,
      reason: Type.Optional(Type.String()),
      commandId: id,
      ...members,
    },
    { additionalProperties: false },
  );
  return Type.Object(
    { items: Type.Array(entry), next: Type.Union([Type.String(), Type.Null()]) },
    { additionalProperties: false },
  );
}
