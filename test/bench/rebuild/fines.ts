import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

/** What happened to a fine, as the police's log has it. */
export interface Happening {
  readonly caseId: string;
  readonly activity: string;
  /** RFC 3339; the log knows days only. */
  readonly at: string;
  readonly field: (column: string) => string;
}

/**
 * Every event of the log of road traffic fines, in the order in which they happened: about half a million, of a hundred
 * and fifty thousand cases. Throws when the file is not what it was.
 */
export async function happenings(path: string): Promise<Happening[]> {
  const lines = createInterface({ input: createReadStream(path).pipe(createGunzip()) });
  let columns: ReadonlyMap<string, number> | undefined;
  const all: (Happening & { readonly order: number })[] = [];
  for await (const line of lines) {
    const values = line.split(',');
    if (!columns) {
      columns = new Map(values.map((name, index) => [name, index]));
      continue;
    }
    const places = columns;
    const field = (column: string) => values[places.get(column) ?? -1] ?? '';
    all.push({
      caseId: field('case_id'),
      activity: field('activity'),
      at: field('timestamp').replace(/Z$/, '.000Z'),
      order: Number(field('.order')),
      field,
    });
  }
  const inOrder = all.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.order - b.order));
  if (inOrder.some(({ at, order }) => Number.isNaN(Date.parse(at)) || !(order > 0)))
    throw new Error(`${path} is not the log of fines`);
  return inOrder;
}
