import type { Incident } from '#domain';
import { trust } from '#event-sourcing';
import type { Format, Remark, SourceRecord } from '../format.js';
import { jsonElements } from '../reading/json-elements.js';
import { recordDigest } from '../reading/record-digest.js';
import { calendarDay, coordinatesOf, fieldText } from '../reading/values.js';
import { categoryOf, meansOf, narratives, quoted } from './syrian-tables.js';

/**
 * The Syrian Archive's Chemical Weapons Database, `incidents.json` of its public interface. Field names changed between
 * versions; both spellings are read. docs/importing.md has the whole mapping.
 */
export const syrianArchive: Format = {
  name: 'syrian-archive',
  title: 'Chemical Weapons Database (JSON), Syrian Archive / Mnemonic',
  needsAsOf: false,

  async *records(text) {
    for await (const { line, value } of jsonElements(text)) yield recordOf(line, value);
  },

  plan(record) {
    const rejected: Remark[] = [];
    const noted: Remark[] = [];
    const entry: Entry = {
      id: record.id,
      of: (name) => fieldText(record.fields[name]),
      reject: (part, reason) => rejected.push({ part, reason }),
      note: (part, reason) => noted.push({ part, reason }),
    };
    noteUnknownFields(record, entry);
    const described = incidentOf(entry);
    return {
      plan: {
        allegation: {
          source: {
            kind: 'dataset',
            organisation: 'Syrian Archive',
            reference: `Chemical Weapons Database, incident ${record.id}; record SHA-256 ${recordDigest(record.fields)}`,
          },
          // Concluded by analysts from footage and posts of others.
          nature: 'inference',
          language: 'en',
          summary: summaryOf(entry),
          claimed: {
            scope: 'occurrence',
            period: described.period,
            place: described.place,
            incidents: { min: 1, max: 1 },
            figures: [],
          },
        },
        incident: described,
        // The database counts no victims in fields of their own.
        victims: [],
      },
      rejected,
      noted,
    };
  },
};

interface Entry {
  readonly id: string;
  /** A field's value, without white space around it. */
  readonly of: (name: string) => string;
  readonly reject: (part: Remark['part'], reason: string) => void;
  readonly note: (part: Remark['part'], reason: string) => void;
}

/** Fields by one spelling, empty ones left out. `staff` holds analysts' names: it goes no further than this line. */
function recordOf(line: number, value: unknown): SourceRecord {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { line, id: '', fields: {}, broken: 'is not an object' };
  }
  const entries = Object.entries(trust<Record<string, unknown>>(value))
    .map(([name, content]): [string, unknown] => [spelling(name), content])
    .filter(([name, content]) => name !== 'staff' && content !== '' && content !== null);
  const fields = Object.fromEntries(entries);
  return { line, id: fieldText(fields.incident_code), fields };
}

const spelling = (name: string): string =>
  name
    .replace(/^cid\./, '')
    .toLowerCase()
    .replaceAll(' ', '_');

function incidentOf(entry: Entry) {
  const { of, note } = entry;
  const weapons = ['weapons_used.0', 'weapons_used.1'].map(of).filter(Boolean);
  for (const weapon of weapons.filter((word) => !(word.toLowerCase() in meansOf))) {
    note('incident', `weapons_used "${weapon}" is not in the table: taken as other`);
  }
  const means = weapons.map((weapon) => meansOf[weapon.toLowerCase()] ?? ('other' as const));
  const group = of('armed_group');
  return {
    title: ['Syrian Archive', entry.id].join(' ') + (of('location') ? `: ${of('location')}` : ''),
    categories: unique(
      Object.entries(categoryOf)
        .filter(([field]) => of(field).toLowerCase() === 'true')
        .map(([, category]) => category),
    ),
    means: unique(means.length > 0 ? means : ['unknown' as const]),
    period: periodOf(entry),
    place: placeOf(entry),
    parties: group
      ? [
          {
            role: 'belligerent' as const,
            party: group,
            basis: 'armed_group of the Chemical Weapons Database',
          },
        ]
      : [],
  };
}

const unique = <T>(words: readonly T[]): T[] => [...new Set(words)];

/** The time of day is left in the summary: it has no time zone, and an instant would claim one. */
function periodOf({ id, of, reject, note }: Entry): Incident['period'] {
  const given = of('incident_date');
  if (given === '') return { precision: 'unknown' };
  const day = calendarDay(given);
  if (day === undefined) {
    reject('period', `incident_date "${given}" is not a day of the calendar`);
    return { precision: 'unknown' };
  }
  const inCode = dayInCode(id);
  if (inCode !== undefined && inCode !== day) {
    note(
      'period',
      `the code ${id} reads ${inCode}, incident_date says ${day}: taken as ${day}, both are in the summary`,
    );
  }
  return { start: day, precision: 'day' };
}

/** Codes are three letters and a day, DDMMYY. Some are not, and some name another day than the date field does. */
function dayInCode(code: string): string | undefined {
  const [, day, month, year] = /^[A-Za-z]{3}(\d{2})(\d{2})(\d{2})$/.exec(code) ?? [];
  return calendarDay(`20${year}-${month}-${day}`);
}

/** `governorate : locality` of the archive's gazetteer of Syria, and a point; either may be there without the other. */
function placeOf({ of, reject }: Entry): Incident['place'] {
  const name = of('location');
  const coordinates = coordinatesOf(of('latitude'), of('longitude'), (reason) => reject('place', reason));
  if (name === '' && !coordinates) return { precision: 'unknown' };
  return {
    ...(name ? { name, country: 'SY' } : {}),
    precision: name === '' || name.includes(':') ? 'locality' : 'province',
    ...(coordinates ? { coordinates } : {}),
  };
}

function summaryOf({ id, of }: Entry): string {
  const lines = quoted.filter((name) => of(name) !== '').map((name) => `${name}: ${of(name)}`);
  const inCode = dayInCode(id);
  if (inCode !== undefined && of('incident_date') !== '' && inCode !== of('incident_date')) {
    lines.push(
      `The code, read as day, month and year, is ${inCode}; incident_date is ${of('incident_date')}.`,
    );
  }
  const withheld = narratives.filter((name) => of(name) !== '');
  if (withheld.length > 0) {
    lines.push(`Not taken over, as they may name people: ${withheld.join(', ')}.`);
  }
  return [
    `Chemical Weapons Database of the Syrian Archive, incident ${id}.`,
    ...(lines.length > 0 ? lines : ['The record gives nothing but its code.']),
  ].join('\n');
}

function noteUnknownFields({ fields }: SourceRecord, { note }: Entry): void {
  const known = new Set(['incident_code', ...quoted, ...narratives]);
  const unknown = Object.keys(fields).filter((name) => !known.has(name));
  if (unknown.length > 0)
    note('record', `not taken, for this format does not know them: ${unknown.join(', ')}`);
}
