/** Crockford's base32: nothing in it is misread for something else. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const characters = 8;
const bitsEach = 5n;

/**
 * A pseudonym of 40 bits out of a random UUID, whose first 48 are random. It says nothing of the person, and nobody can
 * tell it from the command. Two may be the same one day; the id of the witness is what is unique.
 */
export function pseudonymFrom(random: string): string {
  let bits = BigInt(`0x${random.replaceAll('-', '').slice(0, 10)}`);
  let drawn = '';
  for (let index = 0; index < characters; index += 1) {
    drawn += letters.charAt(Number(bits % 32n));
    bits >>= bitsEach;
  }
  return `W-${drawn}`;
}
