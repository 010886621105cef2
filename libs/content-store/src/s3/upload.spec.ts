import { partBytesFor } from './upload.js';

const mebibyte = 1024 * 1024;

test.each([
  [0, 8],
  [8 * mebibyte, 8],
  [80_000 * mebibyte, 8],
  [80_000 * mebibyte + 1, 9],
  [5 * 1024 ** 4, 525],
])('content of %d bytes is sent in parts of %d MiB', (length, mebibytes) => {
  expect(partBytesFor(length)).toBe(mebibytes * mebibyte);
  expect(Math.ceil(length / partBytesFor(length))).toBeLessThanOrEqual(10_000);
});
