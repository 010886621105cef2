/** Whether an `Accept` header takes one of the media types (RFC 9110, section 12.5.1). Without one it takes all. */
export function accepts(accept: string | undefined, types: readonly string[]): boolean {
  if (accept === undefined || accept === '*/*' || accept === '') return true;
  return types.some((type) => qualityOf(accept, type) > 0);
}

/** Which of the media types the caller likes best; the first where it likes several the same. */
export function preferred<T extends string>(accept: string | undefined, types: readonly [T, ...T[]]): T {
  if (accept === undefined || accept === '') return types[0];
  return types.reduce((best, type) => (qualityOf(accept, type) > qualityOf(accept, best) ? type : best));
}

/** The quality that the most specific matching range gives a media type; 0 without a match. */
function qualityOf(accept: string, type: string): number {
  let specificity = -1;
  let quality = 0;
  for (const part of accept.split(',')) {
    const [range = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const matched = specificityOf(range, type);
    if (matched <= specificity) continue;
    specificity = matched;
    const given = parameters.find((parameter) => parameter.startsWith('q='));
    quality = given === undefined ? 1 : Number(given.slice(2)) || 0;
  }
  return quality;
}

function specificityOf(range: string, type: string): number {
  if (range === type) return 2;
  if (range === `${type.slice(0, type.indexOf('/'))}/*`) return 1;
  return range === '*/*' ? 0 : -1;
}
