import { fileTypeFromBuffer } from 'file-type';

/** Enough for containers whose first entries say what they are, such as office documents. */
const sniffedBytesMax = 64 * 1024;
const unknown = 'application/octet-stream';

/** What the first bytes of content say it is. Content that confuses the recognition is unknown, not refused. */
export async function mediaTypeOf(firstBytes: Uint8Array): Promise<string> {
  try {
    const found = await fileTypeFromBuffer(firstBytes.subarray(0, sniffedBytesMax));
    return found?.mime ?? unknown;
  } catch {
    return unknown;
  }
}
