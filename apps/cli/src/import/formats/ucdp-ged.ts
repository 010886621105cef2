import type { Incident } from '#domain';
import type { Format, Mapping, Plan, Remark, SourceRecord } from '../format.js';
import { csvRows } from '../reading/csv-rows.js';
import { recordDigest } from '../reading/record-digest.js';
import { calendarDay, coordinatesOf, fieldText, naturalNumber } from '../reading/values.js';
import { countryOf } from './gleditsch-ward.js';
import { datePrecision, eventClarity, typeOfViolence, wherePrecision } from './ucdp-tables.js';

/** UCDP Georeferenced Event Dataset, as CSV with the columns of its codebook. docs/importing.md has the whole mapping. */
export const ucdpGed: Format = {
  name: 'ucdp-ged',
  title: 'UCDP Georeferenced Event Dataset (CSV), Uppsala Conflict Data Program',
  needsAsOf: true,

  async *records(text) {
    for await (const { line, fields, broken } of csvRows(text, columns)) {
      const id = fields.id?.trim() ?? '';
      yield { line, id, fields, ...(broken === undefined ? {} : { broken }) };
    }
  },

  plan(record, asOf) {
    const rejected: Remark[] = [];
    const of = (name: string): string => fieldText(record.fields[name]);
    const event: Event = { id: record.id, of, reject: (part, reason) => rejected.push({ part, reason }) };
    return { plan: planOf(event, record, asOf), rejected, noted: notes(event) };
  },
};

const columns = (
  'id relid code_status type_of_violence conflict_name dyad_new_id dyad_name side_a side_b number_of_sources ' +
  'source_office source_date where_prec where_coordinates where_description adm_1 adm_2 latitude longitude country ' +
  'country_id event_clarity date_prec date_start date_end deaths_a deaths_b deaths_civilians deaths_unknown best high low'
).split(' ');

interface Event {
  readonly id: string;
  /** A column's value, without white space around it. */
  readonly of: (column: string) => string;
  readonly reject: (part: Remark['part'], reason: string) => void;
}

function planOf(event: Event, record: SourceRecord, asOf: string): Plan {
  const { of } = event;
  const period = periodOf(event);
  const place = placeOf(event);
  const count = countOf(event);
  const violence = typeOfViolence[of('type_of_violence')];
  if (!violence)
    event.reject('categories', `type_of_violence "${of('type_of_violence')}" is not in the codebook`);
  const reference = `UCDP GED event ${event.id} (${of('relid')})`;
  const sourceStandard = eventClarity[of('event_clarity')];
  return {
    allegation: {
      source: {
        kind: 'dataset',
        organisation: 'Uppsala Conflict Data Program',
        reference: `${reference}; record SHA-256 ${recordDigest(record.fields)}`,
      },
      // Compiled from reports of others.
      nature: 'hearsay',
      language: 'en',
      summary: summaryOf(event, reference),
      claimed: {
        scope: 'occurrence',
        period,
        place,
        incidents: { min: 1, max: 1 },
        figures: count ? [{ harm: 'killed', status: 'unknown', ...count }] : [],
      },
    },
    incident: {
      title: `UCDP GED ${event.id}: ${[of('where_coordinates'), days(of)].filter(Boolean).join(', ')}`,
      categories: violence?.categories ?? [],
      means: ['unknown'],
      period,
      place,
      parties: violence ? partiesOf(event, violence) : [],
    },
    victims: count
      ? [
          {
            harm: 'killed',
            status: 'unknown',
            ...count,
            standard: 'alleged',
            ...(sourceStandard === undefined ? {} : { sourceStandard }),
            sources: [reference, ...reportsOf(event)],
            basis: `UCDP GED: ${deaths(of)}.`,
            asOf,
          },
        ]
      : [],
  };
}

/** `low`, `best` and `high` are deaths of all sides together, so that the status of the victims is not told apart. */
function countOf({ of, reject }: Event): { min: number; best: number; max: number } | undefined {
  const [min, best, max] = [naturalNumber(of('low')), naturalNumber(of('best')), naturalNumber(of('high'))];
  const given = `low ${of('low')}, best ${of('best')}, high ${of('high')}`;
  if (min === undefined || best === undefined || max === undefined) {
    reject('victims', `${given}: not all are whole numbers`);
  } else if (min > best || best > max) {
    reject('victims', `${given}: low ≤ best ≤ high does not hold`);
  } else {
    return { min, best, max };
  }
  return undefined;
}

function periodOf({ of, reject }: Event): Incident['period'] {
  const [start, end, precision] = [
    calendarDay(of('date_start')),
    calendarDay(of('date_end')),
    datePrecision[of('date_prec')],
  ];
  if (start !== undefined && end !== undefined && start <= end && precision !== undefined) {
    return { start, end, precision };
  }
  const given = `date_start "${of('date_start')}", date_end "${of('date_end')}", date_prec "${of('date_prec')}"`;
  reject('period', `${given}: not a period with a precision of the codebook`);
  return { precision: 'unknown' };
}

function placeOf({ of, reject }: Event): Incident['place'] {
  const country = countryOf(of('country_id'));
  const parts = [of('where_coordinates'), of('adm_2'), of('adm_1'), ...(country ? [] : [of('country')])];
  const name = [...new Set(parts.filter(Boolean))].join(', ');
  const named = { ...(name ? { name } : {}), ...(country ? { country } : {}) };
  const { precision, radiusMeters } = wherePrecision[of('where_prec')] ?? {};
  if (precision === undefined) {
    reject('place', `where_prec "${of('where_prec')}" is not in the codebook`);
    return { ...named, precision: 'unknown' };
  }
  const coordinates = coordinatesOf(of('latitude'), of('longitude'), (reason) => reject('place', reason));
  // A place without its point is known by its name at most.
  if (!coordinates) return { ...named, precision: precision === 'exact' ? 'locality' : precision };
  return { ...named, precision, coordinates, ...(radiusMeters === undefined ? {} : { radiusMeters }) };
}

function partiesOf({ of }: Event, { sideA, sideB }: { sideA: Role; sideB: Role }): Incident['parties'] {
  const basis = (column: string): string =>
    `${column} of UCDP dyad ${of('dyad_new_id')}, type_of_violence ${of('type_of_violence')}`;
  return [
    { role: sideA, party: of('side_a'), basis: basis('side_a') },
    { role: sideB, party: of('side_b'), basis: basis('side_b') },
  ].filter(({ party }) => party !== '');
}
type Role = Incident['parties'][number]['role'];

const reportsMax = 98;
const socialNetworkAccount = /^(twitter|x|facebook|telegram|vk|youtube)\s*:.*$/i;

/**
 * Who reported it and when. Headlines and `source_original` are not taken: they name people, and an event is for ever.
 * So does the account of a social network; its network is named.
 */
function reportsOf({ of }: Event): string[] {
  const offices = of('source_office').split(';');
  const dates = of('source_date').split(';');
  const paired = offices.length === dates.length ? offices.map((office, i) => [office, dates[i]]) : [offices];
  const reports = new Set(
    paired
      .map((parts) => parts.map((part) => part?.trim().replace(socialNetworkAccount, 'an account on $1')))
      .map((parts) => parts.filter(Boolean).join(', ').slice(0, 1000))
      .filter(Boolean),
  );
  const named = [...reports].slice(0, reportsMax);
  return reports.size > named.length ? [...named, `and ${reports.size - named.length} more`] : named;
}

/** What the record says, in the source's own terms and numbers, whatever of it could be taken further. */
function summaryOf({ of }: Event, reference: string): string {
  const kind = typeOfViolence[of('type_of_violence')]?.name ?? 'unknown type';
  return [
    `${reference}: ${kind} (type_of_violence ${of('type_of_violence')}); ${of('conflict_name')}; ${of('dyad_name')}.`,
    `Where: ${place(of)} (where_prec ${of('where_prec')}).`,
    `When: ${days(of)} (date_prec ${of('date_prec')}).`,
    `Deaths: ${deaths(of)}.`,
    `event_clarity ${of('event_clarity')}; code_status ${of('code_status')}; number_of_sources ${of('number_of_sources')}.`,
  ].join('\n');
}

const days = (of: Event['of']): string => {
  const [start = '', end = ''] = [of('date_start'), of('date_end')].map((at) => calendarDay(at) ?? at);
  return start === end ? start : `${start} to ${end}`;
};

const place = (of: Event['of']): string =>
  ['where_coordinates', 'where_description', 'adm_2', 'adm_1', 'country'].map(of).filter(Boolean).join('; ');

const deaths = (of: Event['of']): string =>
  ['low', 'best', 'high', 'deaths_a', 'deaths_b', 'deaths_civilians', 'deaths_unknown']
    .map((column) => `${column} ${of(column)}`)
    .join(', ');

function notes({ of }: Event): Mapping['noted'] {
  const status = of('code_status');
  return status === 'Clear' ? [] : [{ part: 'record', reason: `code_status is "${status}", not Clear` }];
}
