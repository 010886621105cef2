import { DatabaseError, escapeIdentifier, type Pool } from 'pg';
import type { Rows } from './projection.js';
import { inTransaction, WriteUnavailable } from './transaction.js';

/** Whether the view that served says what the rebuilt one says at the same position. */
export type Comparison =
  | { readonly position: bigint; readonly tables: readonly TableComparison[] }
  | { readonly notCompared: string };

export interface TableComparison {
  readonly table: string;
  readonly liveRows: number;
  readonly rebuiltRows: number;
  /** Every row of one is a row of the other. */
  readonly isSame: boolean;
}

/** The tables in which the view that served was wrong. */
export function differencesIn(comparison: Comparison): readonly TableComparison[] {
  return 'tables' in comparison ? comparison.tables.filter(({ isSame }) => !isSame) : [];
}

/** Two views of one projection, at one position. */
export interface Compared {
  readonly live: string;
  readonly rebuilt: string;
  readonly position: bigint;
  /** Tables that need not be the same. */
  readonly except?: readonly string[];
}

/**
 * Compares two views as they are at the moment in which this settles, when both must be at that position; what they
 * become afterwards makes no difference, so whoever holds them up then may let them go on. Throws `WriteUnavailable`.
 */
export async function comparisonBegun(
  owner: Pool,
  { live, rebuilt, position, except = [] }: Compared,
): Promise<() => Promise<Comparison>> {
  let begun: () => void = () => undefined;
  const moment = new Promise<void>((resolve) => (begun = resolve));
  const compared = inTransaction(owner, live, async (rows): Promise<Comparison> => {
    // The first statement after it sees what all the others see.
    await rows.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    const reason = await parkedApart(rows, live, rebuilt);
    begun();
    if (reason !== undefined) return { notCompared: reason };
    const tablesBy = async (jsonAs: JsonAs) =>
      tablesOf(await digestsOf(rows, live, except, jsonAs), await digestsOf(rows, rebuilt, except, jsonAs));
    const asWritten = await tablesBy('text');
    // The order of a JSON text's members depends on where batches began, as no row's meaning does; it seldom differs,
    // and not to parse the texts takes half the time.
    const isSame = asWritten.every((table) => table.isSame);
    return { position, tables: isSame ? asWritten : await tablesBy('jsonb') };
  }).catch(unreadable);
  await Promise.race([moment, compared]);
  compared.catch(() => undefined); // it is asked for later, or not at all
  return () => compared;
}

/** What makes the live view unreadable is a reason to rebuild it, and none to give up. */
function unreadable(thrown: unknown): Comparison {
  const cause = thrown instanceof WriteUnavailable ? thrown.cause : thrown;
  if (cause instanceof DatabaseError && cause.code?.startsWith('42'))
    return { notCompared: `its tables cannot be read: ${cause.message}` };
  throw thrown;
}

/** A view lacks what is parked in it, so two are alike only when the same events are. */
async function parkedApart(rows: Rows, live: string, rebuilt: string): Promise<string | undefined> {
  const [apart] = await rows.query<{ live: number; rebuilt: number; same: boolean }>(
    `SELECT count(*) FILTER (WHERE projection = $1)::integer AS live,
       count(*) FILTER (WHERE projection = $2)::integer AS rebuilt,
       array_agg(position ORDER BY position) FILTER (WHERE projection = $1) IS NOT DISTINCT FROM
         array_agg(position ORDER BY position) FILTER (WHERE projection = $2) AS same
     FROM projections.parked WHERE projection IN ($1, $2)`,
    [live, rebuilt],
  );
  if (!apart || apart.same) return undefined;
  return `${apart.live} events were parked in it, ${apart.rebuilt} are in the rebuilt one`;
}

interface Digest {
  readonly rows: number;
  readonly digest: string;
}

type JsonAs = 'text' | 'jsonb';

async function digestsOf(
  rows: Rows,
  schema: string,
  except: readonly string[],
  jsonAs: JsonAs,
): Promise<Map<string, Digest>> {
  const tables = await rows.query<{ name: string; columns: string[] }>(
    // A generated column says nothing that the others do not.
    `SELECT relname AS name, array_agg(quote_ident(attname) ||
         CASE WHEN atttypid = 'json'::regtype THEN '::${jsonAs}' ELSE '' END ORDER BY attname) AS columns
     FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
     WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND relkind = 'r'
       AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
       AND relname <> ALL ($2)
     GROUP BY relname ORDER BY relname`,
    [schema, except],
  );
  const digests = new Map<string, Digest>();
  for (const { name, columns } of tables) digests.set(name, await digestOf(rows, schema, name, columns));
  return digests;
}

/** The sum of the rows' hashes, whatever their order. */
async function digestOf(
  rows: Rows,
  schema: string,
  table: string,
  columns: readonly string[],
): Promise<Digest> {
  const [found] = await rows.query<{ rows: string; digest: string }>(
    `SELECT count(*) AS rows, coalesce(sum(hashtextextended(ROW(${columns.join(', ')})::text, 0)), 0)::text AS digest
     FROM ${escapeIdentifier(schema)}.${escapeIdentifier(table)}`,
  );
  return { rows: Number(found?.rows), digest: found?.digest ?? '' };
}

function tablesOf(
  live: ReadonlyMap<string, Digest>,
  rebuilt: ReadonlyMap<string, Digest>,
): TableComparison[] {
  return [...new Set([...live.keys(), ...rebuilt.keys()])].map((table) => {
    const [one, other] = [live.get(table), rebuilt.get(table)];
    return {
      table,
      liveRows: one?.rows ?? 0,
      rebuiltRows: other?.rows ?? 0,
      isSame: one !== undefined && one.rows === other?.rows && one.digest === other.digest,
    };
  });
}
