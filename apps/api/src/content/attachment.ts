/**
 * A `Content-Disposition` that has a file saved and never shown, under a name in any language (RFC 6266; RFC 8187). What
 * an old client would not understand in it is an underscore there.
 */
export function attachment(fileName: string): string {
  const plain = fileName.normalize('NFC').replace(/[^A-Za-z0-9 ._-]/gu, '_');
  const extended = encodeURIComponent(fileName).replace(
    /['()*!]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${extended}`;
}
