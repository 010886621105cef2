import { type CsvError, parse } from 'csv-parse';
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
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: rowCharsMax,
  });
  // Its failure reaches the loop below, for it destroys the parser with the error.
  const fed = pipeline(Readable.from(text), parser).catch(() => undefined);
  let header: readonly string[] | undefined;
  try {
    for await (const row of parser) {
      // With `info` and without `columns`, csv-parse gives this shape.
      const { info, record } = trust<{ info: { lines: number }; record: string[] }>(row);
      if (header === undefined) {
        header = complete(record, columns);
        continue;
      }
      yield rowOf(header, record, info.lines - lineFeedsIn(record));
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

const lineFeedsIn = (record: readonly string[]): number =>
  record.reduce((sum, field) => sum + field.split('\n').length - 1, 0);

function brokenBy(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || !String(error.code).startsWith('CSV_')) return error;
  // Errors with such a code are csv-parse's own, which carry the line.
  const { lines, message } = trust<CsvError & { lines?: number }>(error);
  // What follows the colon quotes the row, which may hold a name.
  return new BrokenFile(lines ?? 0, message.split(':')[0]!.toLowerCase(), { cause: error });
}
