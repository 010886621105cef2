import type { Incident } from '#domain';

/**
 * What the codes of UCDP GED mean in our words. Source: Högbladh, UCDP GED Codebook (versions 22.1 and 23.1), the
 * variables of the same names. A code never becomes sharper than it was: where our list has no equal word, the next
 * weaker one stands.
 */

type Place = Incident['place'];
type Period = Incident['period'];
type Party = Incident['parties'][number];

/** `where_prec`: how near to the given point the event was. */
export const wherePrecision: Readonly<
  Record<string, { readonly precision: Place['precision']; readonly radiusMeters?: number }>
> = {
  /** The place itself is known: a named place with its own point. */
  1: { precision: 'exact' },
  /** Near a known place, within about 25 km. */
  2: { precision: 'locality', radiusMeters: 25_000 },
  /** Known to the second-order administrative division; the point is its centroid. */
  3: { precision: 'district' },
  /** Known to the first-order administrative division. */
  4: { precision: 'province' },
  /** A long feature or a fuzzy area that is no administrative division and may cross several provinces. */
  5: { precision: 'country' },
  /** Only the country is known. */
  6: { precision: 'country' },
  /** At sea or in the air outside any state's territory: no word of ours fits but the weakest that keeps the point. */
  7: { precision: 'country' },
};

/** `date_prec`: how sharp `date_start` and `date_end` are. Both dates are always taken as they are. */
export const datePrecision: Readonly<Record<string, Period['precision']>> = {
  /** The day is known. */
  1: 'day',
  /** Two to six days. */
  2: 'week',
  /** A week. */
  3: 'week',
  /** More than a week, up to a month. */
  4: 'month',
  /** More than a month, up to a year. */
  5: 'year',
};

/** `event_clarity`, as the codebook names its values: the word of the source beside ours. */
export const eventClarity: Readonly<Record<string, string>> = {
  1: 'event_clarity 1 (high)',
  2: 'event_clarity 2 (lower)',
};

/** `type_of_violence`: what an event is, and what its two sides are to it. */
export const typeOfViolence: Readonly<
  Record<
    string,
    {
      readonly name: string;
      readonly categories: Incident['categories'];
      readonly sideA: Party['role'];
      readonly sideB: Party['role'];
    }
  >
> = {
  1: {
    name: 'state-based conflict',
    categories: ['conductOfHostilities'],
    sideA: 'belligerent',
    sideB: 'belligerent',
  },
  2: {
    name: 'non-state conflict',
    categories: ['conductOfHostilities'],
    sideA: 'belligerent',
    sideB: 'belligerent',
  },
  /** Side A is the organised actor that used force against civilians; side B is always the civilians. */
  3: {
    name: 'one-sided violence',
    categories: ['attackOnCivilians'],
    sideA: 'allegedPerpetrator',
    sideB: 'affected',
  },
};
