import { CsvError, parse } from 'csv-parse';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { trust } from '#event-sourcing';
import { BrokenFile } from '../format.js';

/** A row of a CSV file with a header. */
export interface CsvRow {
  /** Line on which the row begins; a quoted field may span lines. */
  readonly line: number;
  readonly fields: Readonly<Record<string, string>>;
  /** The row has more or fewer fields than the header, so that no field can be told from its neighbour. */
  readonly broken?: string;
}

const rowCharsMax = 1_000_000;

/**
 * The rows of a CSV file (RFC 4180) by the names of its header.
 *
 * @throws BrokenFile where a quote is not closed or a row passes a million characters, and where a column is missing.
 */
export async function* csvRows(
  text: AsyncIterable<string>,
  columns: readonly string[],
): AsyncGenerator<CsvRow> {
  const parser = parse({
    raw: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: rowCharsMax,
  });
  // Its failure reaches the loop below, for it destroys the parser with the error.
  const fed = pipeline(Readable.from(text), parser).catch(() => undefined);
  let header: readonly string[] | undefined;
  let line = 1;
  try {
    for await (const row of parser) {
      // With `raw` and without `columns`, csv-parse gives this shape; `raw` has the empty lines before the row too.
      const { raw, record } = trust<{ raw: string; record: string[] }>(row);
      const begins = line + lineBreaksIn(/^[\r\n]*/.exec(raw)?.[0] ?? '');
      line += lineBreaksIn(raw);
      if (header === undefined) header = complete(record, columns);
      else yield rowOf(header, record, begins);
    }
  } catch (error) {
    throw error instanceof BrokenFile ? error : brokenBy(error);
  } finally {
    parser.destroy();
    await fed;
  }
}

function rowOf(header: readonly string[], record: readonly string[], line: number): CsvRow {
  const fields = Object.fromEntries(header.map((name, i) => [name, record[i] ?? '']));
  return record.length === header.length
    ? { line, fields }
    : { line, fields, broken: `has ${record.length} fields where the header has ${header.length}` };
}

function complete(header: readonly string[], columns: readonly string[]): readonly string[] {
  const missing = columns.filter((name) => !header.includes(name));
  if (missing.length > 0) throw new BrokenFile(1, `the header lacks ${missing.join(', ')}`);
  return header;
}

// csv-parse leaves half of a CRLF out of `raw`.
const lineBreaksIn = (text: string): number => text.match(/\r\n|\r|\n/g)?.length ?? 0;

function brokenBy(error: unknown): unknown {
  if (!(error instanceof CsvError)) return error;
  // Not csv-parse's own words: they quote the text, which may hold a name.
  const reason = error.code.replace(/^CSV_/, '').replaceAll('_', ' ').toLowerCase();
  // Its errors carry the line as a context field.
  return new BrokenFile(trust<{ lines: number }>(error).lines, reason, { cause: error });
}
