/** One way in which a text may stand in bytes. */
export interface Form {
  readonly text: string;
  /** `utf-8`, `base64 at 1`: what to call it where it is found. */
  readonly name: string;
  readonly bytes: Buffer;
}

/**
 * The forms in which programs, databases and protocols keep a text. Base64 is found wherever the text begins in what was
 * encoded, by the characters that hold nothing else. A form that is the same bytes as an earlier one is left out.
 */
export function formsOf(text: string): readonly Form[] {
  const utf8 = Buffer.from(text);
  const utf16 = Buffer.from(text, 'utf16le');
  const ascii: readonly (readonly [string, string])[] = [
    ['hex', utf8.toString('hex')],
    ['HEX', utf8.toString('hex').toUpperCase()],
    ['url-encoded', percent(utf8)],
    ['URL-ENCODED', percent(utf8).toUpperCase()],
    ['json-escaped', escaped(text)],
    ['JSON-ESCAPED', escaped(text).replaceAll(/[a-f]/g, (digit) => digit.toUpperCase())],
    ...[0, 1, 2].flatMap((at) => [
      [`base64 at ${at}`, base64At(utf8, at)] as const,
      [`base64url at ${at}`, base64At(utf8, at).replaceAll('+', '-').replaceAll('/', '_')] as const,
    ]),
  ];
  const forms: readonly (readonly [string, Buffer])[] = [
    ['utf-8', utf8],
    ['utf-16le', utf16],
    ['utf-16be', Buffer.from(utf16).swap16()],
    // UTF-8 that was taken for Latin-1 and encoded once more.
    ['utf-8 twice', Buffer.from(utf8.toString('latin1'))],
    ...ascii.map(([name, form]) => [name, Buffer.from(form, 'latin1')] as const),
  ];
  return forms
    .filter(([, bytes], at) => forms.findIndex(([, other]) => other.equals(bytes)) === at)
    .map(([name, bytes]) => ({ text, name, bytes }));
}

/** As a browser does it: what an address may hold stays as it is. */
function percent(utf8: Buffer): string {
  const shown = (byte: number) =>
    byte < 0x80 ? encodeURIComponent(String.fromCharCode(byte)) : `%${byte.toString(16)}`;
  return [...utf8].map(shown).join('');
}

/** As a JSON writer does it that gives ASCII only, or wants to be sure. */
function escaped(text: string): string {
  const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

/** The characters of base64 that say nothing but the text, when so many bytes (of three) come before it. */
function base64At(utf8: Buffer, before: number): string {
  const encoded = Buffer.concat([Buffer.alloc(before), utf8]).toString('base64');
  return encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + utf8.length) * 8) / 6));
}
