/**
 * PostgreSQL's binary form of a one-dimensional array (`array_recv`), which `pg` sends when a value is a Buffer. As
 * text, each JSON would have every quote escaped here and unescaped there.
 */
export function textArray(texts: readonly string[], element: keyof typeof textTypes): Buffer {
  const lengths = texts.map((text) => Buffer.byteLength(text));
  const array = header(texts.length, textTypes[element], sum(lengths));
  let at = headerBytes;
  texts.forEach((text, index) => {
    at = array.writeInt32BE(lengths[index] ?? 0, at);
    at += array.write(text, at);
  });
  return array;
}

export function uuidArray(uuids: readonly string[]): Buffer {
  const array = header(uuids.length, 2950, uuids.length * 16);
  let at = headerBytes;
  for (const uuid of uuids) {
    at = array.writeInt32BE(16, at);
    at += array.write(uuid.replaceAll('-', ''), at, 'hex');
  }
  return array;
}

export function integerArray(numbers: readonly number[]): Buffer {
  const array = header(numbers.length, 23, numbers.length * 4);
  let at = headerBytes;
  for (const number of numbers) {
    at = array.writeInt32BE(4, at);
    at = array.writeInt32BE(number, at);
  }
  return array;
}

/** Object identifiers of the types; fixed in PostgreSQL's `pg_type.dat`. */
const textTypes = { text: 25, json: 114 };
const headerBytes = 20;

function header(length: number, elementType: number, bytes: number): Buffer {
  const array = Buffer.allocUnsafe(headerBytes + length * 4 + bytes);
  array.writeInt32BE(1, 0); // dimensions
  array.writeInt32BE(0, 4); // holds no nulls
  array.writeInt32BE(elementType, 8);
  array.writeInt32BE(length, 12);
  array.writeInt32BE(1, 16); // first index
  return array;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
