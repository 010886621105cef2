import { BrokenFile } from '../format.js';
import { type CsvRow, csvRows } from './csv-rows.js';
import { decode } from './decode.js';
import { type JsonElement, jsonElements } from './json-elements.js';
import { recordDigest } from './record-digest.js';
import { calendarDay, coordinatesOf, naturalNumber } from './values.js';

/** The bytes in pieces of a size, so that every border of a piece is met somewhere. */
async function* inPieces(content: string | Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(content);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const sizes = [1, 2, 3, 7, 1000];

describe('text of a file', () => {
  const text = 'Донецьк\nحلب\n🏚 end';

  test.each(sizes)('is the same in pieces of %d bytes, without the byte order mark', async (size) => {
    expect((await all(decode(inPieces(`\ufeff${text}`, size)))).join('')).toBe(text);
  });

  test.each(sizes)('that is not UTF-8 is refused with its line, in pieces of %d bytes', async (size) => {
    const bytes = Buffer.concat([
      Buffer.from('first\nsecond\nthi'),
      Buffer.from([0x92]),
      Buffer.from('rd\n'),
    ]);
    await expect(all(decode(inPieces(bytes, size)))).rejects.toThrow('line 3: is not utf-8 text');
  });

  test('that ends within a character is refused', async () => {
    await expect(all(decode(inPieces(Buffer.from('a\nї').subarray(0, 3), 2)))).rejects.toThrow('line 2');
  });

  test('in another encoding is read when that is named', async () => {
    expect((await all(decode(inPieces(Buffer.from([0x92]), 1), 'windows-1252'))).join('')).toBe('’');
  });
});

describe('rows of a CSV file', () => {
  const rows = (text: string, size = 1000, columns = ['id']): Promise<CsvRow[]> =>
    all(csvRows(decode(inPieces(text, size)), columns));

  test.each(sizes)('begin on the line they begin on, in pieces of %d bytes', async (size) => {
    const found = await rows(
      '\ufeffid,text\n1,"two\nlines"\n2,plain\n\n3,"with ""quotes""\n\nand more"\n',
      size,
    );
    expect(found).toEqual([
      { line: 2, fields: { id: '1', text: 'two\nlines' } },
      { line: 4, fields: { id: '2', text: 'plain' } },
      { line: 6, fields: { id: '3', text: 'with "quotes"\n\nand more' } },
    ]);
  });

  test('may end with carriage returns', async () => {
    expect(
      (await rows('id,text\r\n1,"a\r\nb"\r\n2,c\r\n')).map(({ line, fields }) => [line, fields.text]),
    ).toEqual([
      [2, 'a\r\nb'],
      [4, 'c'],
    ]);
  });

  test('with too many or too few fields are broken, and those after them are not', async () => {
    const found = await rows('id,text\n1\n2,b,c\n3,d\n');
    expect(found.map(({ line, broken }) => [line, broken])).toEqual([
      [2, 'has 1 fields where the header has 2'],
      [3, 'has 3 fields where the header has 2'],
      [4, undefined],
    ]);
  });

  test('are refused where a quote is not closed, without quoting the text', async () => {
    await expect(rows('id,text\n1,"secret name\nand on')).rejects.toThrow(BrokenFile);
    await expect(rows('id,text\n1,sec"ret')).rejects.toThrow(/^line 2: [a-z ]+$/);
  });

  test('are refused where a column is missing', async () => {
    await expect(rows('id,text\n', 10, ['id', 'low', 'high'])).rejects.toThrow(
      'line 1: the header lacks low, high',
    );
  });

  test('are refused as a whole where the text breaks off', async () => {
    const bytes = Buffer.concat([Buffer.from('id\n1\n'), Buffer.from([0xff]), Buffer.from('\n')]);
    await expect(all(csvRows(decode(inPieces(bytes, 2)), ['id']))).rejects.toThrow(
      'line 3: is not utf-8 text',
    );
  });
});

describe('elements of a JSON array', () => {
  const elements = (text: string, size = 1000): Promise<JsonElement[]> =>
    all(jsonElements(decode(inPieces(text, size))));

  test.each(sizes)('begin on the line they begin on, in pieces of %d bytes', async (size) => {
    const text = ' [\n  {"a": "]},[\\"\\\\"},\n\n  {"b": [1, {"c": null}]}, 3,"x"\n]\n';
    expect(await elements(text, size)).toEqual([
      { line: 2, value: { a: ']},["\\' } },
      { line: 4, value: { b: [1, { c: null }] } },
      { line: 4, value: 3 },
      { line: 4, value: 'x' },
    ]);
  });

  test('may be none', async () => {
    expect(await elements('[ \n ]')).toEqual([]);
  });

  test.each([
    ['{"a": 1}', 'line 1: the file must be one JSON array'],
    ['[1]\n[2]', 'line 2: the file must be one JSON array'],
    ['[1,\n{"a": 1', 'line 2: the file ends before its array does'],
    ['', 'line 1: the file ends before its array does'],
    ['[1,\n\n]', 'line 3: is not JSON'],
    ['[1,\n{"staff": Alice}]', /^line 2: is not JSON$/],
    ['[1,\n}]', 'is not JSON'],
  ])('%j is refused with its line', async (text, message) => {
    await expect(elements(text)).rejects.toThrow(message);
  });
});

describe('values', () => {
  test('a day exists in the calendar, at midnight if it says a time', () => {
    expect(['2014-01-22', '2014-01-22T00:00:00', '2014-01-22 00:00:00.000'].map(calendarDay)).toEqual(
      Array(3).fill('2014-01-22'),
    );
    expect(
      ['2014-02-30', '2014-1-2', '22.1.2014', '2014-01-22T10:00:00', '2014', ''].map(calendarDay),
    ).toEqual(Array(6).fill(undefined));
  });

  test('a number is whole, and nothing else', () => {
    expect(['0', '12', '', '-1', '1.5', '1e3', ' 1', '9999999999', 'NA'].map(naturalNumber)).toEqual(
      [0, 12].concat(Array(7).fill(undefined)),
    );
  });

  test('half a point is none, and says so', () => {
    const said: string[] = [];
    const point = (latitude: string, longitude: string) =>
      coordinatesOf(latitude, longitude, (reason) => void said.push(reason));
    expect(point('48.5', '-37')).toEqual({ latitude: 48.5, longitude: -37 });
    expect(point('', '')).toBeUndefined();
    expect(said).toEqual([]);
    expect([point('', '37'), point('91', '1'), point('1', '181'), point('north', '1')]).toEqual(
      Array(4).fill(undefined),
    );
    expect(said).toHaveLength(4);
  });

  test('a digest does not depend on the order of the fields', () => {
    expect(recordDigest({ b: 'ї', a: 1 })).toBe(recordDigest({ a: 1, b: 'ї' }));
    // printf '{"a":1,"b":"ї"}' | sha256sum
    expect(recordDigest({ b: 'ї', a: 1 })).toBe(
      'cd12b56443f5831ea1412d36dbe6b0e4d0f98b36488f20bfc9216b03456ee00b',
    );
  });
});
