import { BrokenFile } from '../format.js';

const lineFeed = 0x0a;

/**
 * The text of a file, without its byte order mark. A byte sequence that the encoding does not know is never replaced by
 * U+FFFD: a name that was changed on the way in would be false evidence.
 *
 * @param encoding a label of the WHATWG Encoding Standard, such as `utf-8` or `windows-1252`.
 * @throws BrokenFile naming the line of the first byte that is not in the encoding.
 */
export async function* decode(bytes: AsyncIterable<Uint8Array>, encoding = 'utf-8'): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let line = 1;
  const piece = (part?: Uint8Array): string => {
    try {
      return part ? decoder.decode(part, { stream: true }) : decoder.decode();
    } catch (error) {
      throw new BrokenFile(line, `is not ${encoding} text; is the file in another encoding?`, {
        cause: error,
      });
    }
  };
  for await (const chunk of bytes) {
    let text = '';
    // Line by line, so that an error knows its line. No byte of a longer UTF-8 sequence is a line feed.
    for (let from = 0; from < chunk.length;) {
      const end = chunk.indexOf(lineFeed, from);
      const to = end < 0 ? chunk.length : end + 1;
      text += piece(chunk.subarray(from, to));
      if (end >= 0) line += 1;
      from = to;
    }
    if (text !== '') yield text;
  }
  const rest = piece();
  if (rest !== '') yield rest;
}
