import { appendFile, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { ByteSearch } from './byte-search.js';
import { runFolder } from './environment.js';

// A search that finds nothing says something only if it would have found it.

const names = ['qzjxkvwpyfbg', 'щґїєжцхфю', 'ظغضذخثشقف'];

async function found(bytes: Buffer, texts = names) {
  const search = new ByteSearch(texts);
  await search.stream('here', [bytes]);
  return search.hits;
}
const among = (bytes: Buffer | string) =>
  Buffer.concat([Buffer.from('before it '), Buffer.from(bytes), Buffer.from(' and after it')]);

describe.each(names)('the text %s is found', (name) => {
  const utf8 = Buffer.from(name);
  const utf16 = Buffer.from(name, 'utf16le');
  test.each<[string, Buffer | string]>([
    ['utf-8', utf8],
    ['utf-16le', utf16],
    ['utf-16be', Buffer.from(utf16).swap16()],
    ['utf-8 read as Latin-1', utf8.toString('latin1')],
    ['hex', utf8.toString('hex')],
    ['hex in capitals', utf8.toString('hex').toUpperCase()],
    ['an address', encodeURIComponent(name)],
    ['an address in small letters', encodeURIComponent(name).toLowerCase()],
    ['JSON escapes', JSON.stringify(name).replaceAll(/[^"]/g, escape4)],
    ['base64', utf8.toString('base64')],
    ['base64 of JSON', Buffer.from(JSON.stringify({ a: name })).toString('base64')],
    ['base64 of longer JSON', Buffer.from(JSON.stringify({ ab: name, c: 'd' })).toString('base64')],
    ['base64 of the longest JSON', Buffer.from(JSON.stringify({ abc: name, e: 'f' })).toString('base64')],
    ['base64url', Buffer.from(JSON.stringify({ abc: name, e: 'f' })).toString('base64url')],
    ['gzip', gzipSync(`something ${name} something`)],
    ['gzip with a name and a comment', gzipNamed(`something ${name} something`)],
    ['zlib', deflateSync(`something ${name} something`)],
    ['zlib at the highest level', deflateSync(`something ${name} something`, { level: 9 })],
    ['zlib at the lowest level', deflateSync(`something ${name} something`, { level: 1 })],
    ['base64 within gzip', gzipSync(utf8.toString('base64'))],
    ['gzip that was cut off', gzipSync(`${name} ${noise(20_000)}`).subarray(0, 2_000)],
  ])('as %s', async (_, bytes) => {
    const hits = await found(among(bytes));
    expect(hits.length).toBeGreaterThan(0);
    expect(new Set(hits.map(({ text }) => text))).toEqual(new Set([name]));
  });
});

test('nothing is found where there is nothing, however much looks like something compressed', async () => {
  expect(await found(Buffer.from(noise(300_000), 'latin1'))).toEqual([]);
  expect(await found(Buffer.from('78017801785e789c78da1f8b081f8b08'.repeat(1000), 'hex'))).toEqual([]);
  expect(await found(among('qzjxkvwpyfb щґїєжцхф ظغضذخثشق'))).toEqual([]);
});

test('what lies across two chunks, or begins in any of many, is found once and where it is', async () => {
  const chunk = 700_000;
  const at = 3 * chunk - 5;
  const bytes = Buffer.alloc(5 * chunk, '.');
  bytes.write('qzjxkvwpyfbg', at);
  const compressed = gzipSync('щґїєжцхфю');
  compressed.copy(bytes, 2 * chunk - 10);
  const search = new ByteSearch(names);
  const chunks = Array.from({ length: 5 }, (_, n) => bytes.subarray(n * chunk, (n + 1) * chunk));
  await search.stream('here', chunks);
  expect(search.hits.toSorted((one, other) => one.offset - other.offset)).toEqual([
    { where: 'here', offset: 2 * chunk - 10, text: 'щґїєжцхфю', form: 'utf-8 compressed' },
    { where: 'here', offset: at, text: 'qzjxkvwpyfbg', form: 'utf-8' },
  ]);
  expect(search.bytes).toBe(bytes.length);
});

test('every file of a folder is looked at, however deep and however large', async () => {
  const folder = await mkdtemp(join(runFolder(), 'search-'));
  await mkdir(join(folder, 'a', 'b'), { recursive: true });
  const deep = join(folder, 'a', 'b', 'deep');
  await writeFile(deep, Buffer.alloc(9 * 1024 * 1024 - 3));
  await appendFile(deep, 'щґїєжцхфю');
  await writeFile(join(folder, 'shallow'), 'nothing');
  const search = new ByteSearch(names);
  expect(await search.folder(folder)).toBe(2);
  expect(search.hits).toEqual([
    { where: deep, offset: 9 * 1024 * 1024 - 3, text: 'щґїєжцхфю', form: 'utf-8' },
  ]);
});

function escape4(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** As the program gzip writes it: with what the file was called. */
function gzipNamed(text: string): Buffer {
  const member = Buffer.from(gzipSync(text));
  member[3] = 0x18;
  return Buffer.concat([member.subarray(0, 10), Buffer.from('a name\0a comment\0'), member.subarray(10)]);
}

/** The same each time, and hard to compress. */
function noise(length: number): string {
  let state = 42;
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31);
  return Array.from({ length }, () => String.fromCharCode(33 + ((next() >> 8) % 90))).join('');
}
