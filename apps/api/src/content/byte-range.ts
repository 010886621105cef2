/** From `start` up to but without `end`, in bytes. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

const oneRange = /^bytes=(\d{0,15})-(\d{0,15})$/;

/**
 * What a `Range` header asks for of so many bytes (RFC 9110, section 14): the whole without one, and for one that this
 * server does not take, such as several ranges at once; `unsatisfiable` where nothing of it is there.
 */
export function byteRange(header: string | undefined, length: number): ByteRange | 'whole' | 'unsatisfiable' {
  const [, first = '', last = ''] = oneRange.exec(header ?? '') ?? [];
  if (first === '' && last === '') return 'whole';
  if (first === '') {
    const suffix = Math.min(Number(last), length);
    return suffix === 0 ? 'unsatisfiable' : { start: length - suffix, end: length };
  }
  const start = Number(first);
  const end = last === '' ? length : Math.min(Number(last) + 1, length);
  // A range whose end lies before its start is not valid, and is as if it was not there.
  if (last !== '' && Number(last) < start) return 'whole';
  return start < length ? { start, end } : 'unsatisfiable';
}
