import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';

/**
 * What the two data sets say, counted here from the files alone: none of the importer's code, and its documented tables
 * written down once more.
 */

export interface ExpectedIncident {
  /** By which the incident is found again: the beginning of its title. */
  readonly title: string;
  /** The beginning of the source's reference. */
  readonly reference: string;
  readonly period: { readonly start?: string; readonly end?: string; readonly precision: string };
  readonly place: {
    readonly name?: string;
    readonly country?: string;
    readonly precision: string;
    readonly coordinates?: { readonly latitude: number; readonly longitude: number };
    readonly radiusMeters?: number;
  };
  readonly parties: readonly string[];
  readonly categories: readonly string[];
  readonly means: readonly string[];
  /** Killed: low, best, high. */
  readonly killed?: readonly [min: number, best: number, max: number];
}

export interface ExpectedImport {
  readonly records: number;
  /** Those that are taken, in whole or in part. */
  readonly incidents: readonly ExpectedIncident[];
  readonly rejected: readonly { line: number; recordId: string; part: string; reason: string }[];
}

/** The first so many records of a file of events. */
export function beginningOf(text: string, records: number): string {
  const rows: Record<string, string>[] = parse(text, { columns: true });
  const next = rows[records];
  // No id is at the beginning of a line within a quoted field.
  return next ? text.slice(0, text.indexOf(`\n${next['id']},`) + 1) : text;
}

export function ucdp(path: string): ExpectedImport {
  const text = readFileSync(path, 'utf8');
  const rows: Record<string, string>[] = parse(text, { columns: true });
  const disagree = ({ low, best, high }: Record<string, string>) => +low! > +best! || +best! > +high!;
  return {
    records: rows.length,
    incidents: rows.map((row) => ucdpIncident(row, disagree(row))),
    rejected: rows.filter(disagree).map(({ id, low, best, high }) => ({
      // No id is at the beginning of a line within a quoted field.
      line: text.slice(0, text.indexOf(`\n${id},`) + 1).split('\n').length,
      recordId: id!,
      part: 'victims',
      reason: `low ${low}, best ${best}, high ${high}: low ≤ best ≤ high does not hold`,
    })),
  };
}

const placePrecisions = ['', 'exact', 'locality', 'district', 'province', 'country', 'country', 'country'];
const datePrecisions = ['', 'day', 'week', 'week', 'month', 'year'];

function ucdpIncident(row: Record<string, string>, disagrees: boolean): ExpectedIncident {
  const names = [row['where_coordinates'], row['adm_2'], row['adm_1']].filter((name) => name !== '');
  return {
    title: `UCDP GED ${row['id']}:`,
    reference: `UCDP GED event ${row['id']} (${row['relid']})`,
    period: {
      start: row['date_start']!.slice(0, 10),
      end: row['date_end']!.slice(0, 10),
      precision: datePrecisions[+row['date_prec']!]!,
    },
    place: {
      name: [...new Set(names)].join(', '),
      country: 'UA',
      precision: placePrecisions[+row['where_prec']!]!,
      coordinates: { latitude: +row['latitude']!, longitude: +row['longitude']! },
      ...(row['where_prec'] === '2' ? { radiusMeters: 25_000 } : {}),
    },
    parties: [row['side_a']!, row['side_b']!],
    categories: ['conductOfHostilities'],
    means: ['unknown'],
    ...(disagrees ? {} : { killed: [+row['low']!, +row['best']!, +row['high']!] as const }),
  };
}

export function syrianArchive(path: string): ExpectedImport {
  const text = readFileSync(path, 'utf8');
  const records: Record<string, string | number>[] = JSON.parse(text);
  const lines = text.split('\n');
  const lineOf = (index: number): number =>
    [...lines.entries()].filter(([, line]) => line.includes('"incident_code"'))[index]![0];
  const earlier = (index: number): number =>
    records.findIndex((one) => one['incident_code'] === records[index]!['incident_code']);
  const incidents: ExpectedIncident[] = [];
  const rejected: ExpectedImport['rejected'][number][] = [];
  for (const [index, record] of records.entries()) {
    const found = { line: lineOf(index), recordId: String(record['incident_code']) };
    if (earlier(index) < index) {
      const reason = `has the same id as the record on line ${lineOf(earlier(index))}; whether it is another one cannot be told`;
      rejected.push({ ...found, part: 'record', reason });
      continue;
    }
    const { latitude, longitude } = record;
    if ((latitude === '') !== (longitude === '')) {
      const reason = `latitude "${latitude}", longitude "${longitude}": not a point on the earth; the coordinates are left out`;
      rejected.push({ ...found, part: 'place', reason });
    }
    incidents.push(syrianIncident(record));
  }
  return { records: records.length, incidents, rejected };
}

function syrianIncident(record: Record<string, string | number>): ExpectedIncident {
  const { location, latitude, longitude } = record;
  const marked = (field: string, category: string) => (record[field] === 'TRUE' ? [category] : []);
  const means = [record['cid.weapons_used.0'], record['cid.weapons_used.1']].flatMap((weapon) =>
    weapon === 'Chemical Weapons' ? ['chemicalWeapon'] : weapon === '' ? [] : ['other'],
  );
  const date = String(record['Incident Date']);
  return {
    title: `Syrian Archive ${record['incident_code']}`,
    reference: `Chemical Weapons Database, incident ${record['incident_code']}`,
    period: date === '' ? { precision: 'unknown' } : { start: date, precision: 'day' },
    place:
      location === ''
        ? { precision: 'unknown' }
        : {
            name: String(location),
            country: 'SY',
            precision: 'locality',
            ...(latitude === '' || longitude === ''
              ? {}
              : { coordinates: { latitude: Number(latitude), longitude: Number(longitude) } }),
          },
    parties: [],
    categories: [
      ...marked('Massacres_and_other_unlawful_killing', 'unlawfulKilling'),
      ...marked('Unlawful_attacks', 'conductOfHostilities'),
      ...marked('Use_of_illegal_weapons', 'prohibitedWeapon'),
    ],
    means: means.length === 0 ? ['unknown'] : means,
  };
}

/** A row of the statistics: how many incidents, how many counts of victims, and their sums. */
export interface Group {
  readonly incidents: number;
  readonly figures: number;
  readonly min: number;
  readonly best: number;
  readonly max: number;
}

/** The incidents in groups by what a function says of each; one may be in several. */
export function grouped(
  incidents: readonly ExpectedIncident[],
  keysOf: (incident: ExpectedIncident) => readonly string[],
): Record<string, Group> {
  const groups: Record<string, Group> = {};
  for (const incident of incidents) {
    for (const key of new Set(keysOf(incident))) {
      const group = groups[key] ?? { incidents: 0, figures: 0, min: 0, best: 0, max: 0 };
      const [min, best, max] = incident.killed ?? [0, 0, 0];
      groups[key] = {
        incidents: group.incidents + 1,
        figures: group.figures + (incident.killed ? 1 : 0),
        min: group.min + min,
        best: group.best + best,
        max: group.max + max,
      };
    }
  }
  return groups;
}

/** The month a period lies in, as far as the source knows it so sharply; every end in these files is the source's own. */
export function monthOf({ period: { start, end, precision } }: ExpectedIncident): string {
  if (start === undefined || precision === 'year') return 'unknown';
  const [first, last] = [start, end ?? start].map((date) => new Date(date));
  const months =
    first!.getUTCFullYear() * 12 + first!.getUTCMonth() - last!.getUTCFullYear() * 12 - last!.getUTCMonth();
  return months === 0 ? start.slice(0, 7) : 'several';
}
