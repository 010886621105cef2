import { validate } from 'class-validator';
import type { TSchema } from 'typebox';
import { type Fault, faultsOf, Field } from '#event-sourcing';
import {
  bounds,
  claim,
  coordinates,
  count,
  country,
  day,
  dayOrInstant,
  digest,
  byteLength,
  fileName,
  figure,
  id,
  instant,
  irregularities,
  language,
  mediaType,
  party,
  period,
  place,
  restriction,
  reviewedDigest,
  sha256,
  source,
  streamName,
  subject,
  text,
  url,
} from './values.js';

/** What is wrong with a value, as a caller is told it for the field `it`. */
async function faultsIn(schema: TSchema, it: unknown): Promise<Fault[]> {
  class Command {
    declare it: unknown;
  }
  Field(schema)(Command.prototype, 'it');
  const command = Object.assign(new Command(), { it });
  return faultsOf(await validate(command, { whitelist: true, forbidNonWhitelisted: true }));
}

const uuid = '5f0c8f1e-2a51-4c6c-9b7a-0d9f7c1f3c11';
const killed = { harm: 'killed', status: 'civilian' };
const mill = { name: 'Old Mill', country: 'XX', precision: 'locality' };
const exactly = { latitude: -33.5, longitude: 151.25 };

/** Each value with what it takes, and what it refuses with the pointer to what is wrong. */
const table: [string, TSchema, unknown[], [unknown, pointer: string][]][] = [
  [
    'fileName',
    fileName,
    ['drone-17.mp4', 'отчёт (2).pdf', '文档.txt', 'a b.c', '😀.png', 'x'.repeat(255), 'é'.repeat(127)],
    [
      '',
      '.',
      '..',
      '.hidden',
      ' a',
      'a ',
      'a.',
      '\u00a0a',
      'a/b',
      'a\\b',
      'C:a',
      'a\nb',
      'a\u0000b',
      'a\u0085b',
      'photo\u202egpj.exe',
      'a\u200eb',
      'a\u2066b',
      'a\u061cb',
      'a\ufeffb',
      'a\u200bb',
      'a\u200db',
      'a\u2028b',
      'a\u{e0041}b',
      'a\ud800b',
      'x'.repeat(256),
      'é'.repeat(128),
      12,
    ].map((name): [unknown, string] => [name, '/it']),
  ],
  [
    'mediaType',
    mediaType,
    ['video/mp4', 'application/vnd.oasis.opendocument.text', 'image/svg+xml'],
    [
      ['video', '/it'],
      ['Video/MP4', '/it'],
      ['text/html; charset=utf-8', '/it'],
      ['text/', '/it'],
    ],
  ],
  [
    'byteLength',
    byteLength,
    [0, 5 * 2 ** 40],
    [
      [-1, '/it'],
      [1.5, '/it'],
      [2 ** 53, '/it'],
    ],
  ],
  [
    'sha256',
    sha256,
    ['ab'.repeat(32)],
    [
      ['AB'.repeat(32), '/it'],
      ['ab'.repeat(31), '/it'],
    ],
  ],
  [
    'text',
    text(10),
    ['Ж', 'two\nlines', 'a\tb', '😀', 'x'.repeat(10)],
    [
      ['', '/it'],
      [' \n\t', '/it'],
      ['x'.repeat(11), '/it'],
      ['a\u0000b', '/it'],
      ['a\u001bb', '/it'],
      ['\ud800', '/it'],
      ['a\udc00b', '/it'],
      ['\ude00\ud83d', '/it'],
      [12, '/it'],
      [null, '/it'],
      [['a'], '/it'],
    ],
  ],
  [
    'id',
    id,
    [uuid],
    [
      [uuid.toUpperCase(), '/it'],
      [`{${uuid}}`, '/it'],
      [`${uuid}\n`, '/it'],
      [uuid.replaceAll('-', ''), '/it'],
    ],
  ],
  [
    'subject',
    subject,
    ['analyst-1', 'a@b'],
    [
      ['', '/it'],
      ['John Smith', '/it'],
      ['é', '/it'],
    ],
  ],
  [
    'day',
    day,
    ['2025-03-01', '2024-02-29'],
    [
      ['2023-02-30', '/it'],
      ['2023-02-29', '/it'],
      ['0000-01-01', '/it'],
      ['2025-3-1', '/it'],
      ['2024-W01', '/it'],
      ['20250301', '/it'],
      [20250301, '/it'],
    ],
  ],
  [
    'instant',
    instant,
    ['2025-03-01T12:00:00Z', '2025-03-01T23:59:59.999Z'],
    [
      ['2023-02-30T10:00:00Z', '/it'],
      ['2025-03-01T24:00:00Z', '/it'],
      ['2016-12-31T23:59:60Z', '/it'],
      ['2025-03-01T10:60:00Z', '/it'],
      ['2025-03-01T10:00:00+01:00', '/it'],
      ['2025-03-01T10:00:00', '/it'],
      ['2025-03-01 10:00:00Z', '/it'],
      ['0000-01-01T00:00:00Z', '/it'],
    ],
  ],
  [
    'dayOrInstant',
    dayOrInstant,
    ['2025-03-01', '2025-03-01T12:00:00Z'],
    [
      ['2023-02-30', '/it'],
      ['2025-03-01T24:00:00Z', '/it'],
      ['yesterday', '/it'],
    ],
  ],
  [
    'language',
    language,
    ['en', 'sr-Latn-RS'],
    [
      ['english!', '/it'],
      ['x', '/it'],
    ],
  ],
  [
    'country',
    country,
    ['XX'],
    [
      ['xx', '/it'],
      ['XXX', '/it'],
    ],
  ],
  [
    'count',
    count,
    [0, 1_000_000_000],
    [
      [-1, '/it'],
      [1.5, '/it'],
      ['1', '/it'],
      [2 ** 53 + 1, '/it'],
      [Number.POSITIVE_INFINITY, '/it'],
      [Number.NaN, '/it'],
    ],
  ],
  [
    'url',
    url,
    ['https://example.org', 'http://example.org/a/@b?c=d#e'],
    [
      ['https://user:word@example.org/', '/it'],
      ['ftp://example.org', '/it'],
      ['https://example.org/a b', '/it'],
      ['example.org', '/it'],
    ],
  ],
  [
    'digest',
    digest,
    [
      { algorithm: 'sha-256', value: 'a'.repeat(64) },
      { algorithm: 'sha-512', value: 'f'.repeat(128) },
    ],
    [
      [{ algorithm: 'sha-256', value: 'a'.repeat(128) }, '/it'],
      [{ algorithm: 'sha-256', value: 'A'.repeat(64) }, '/it/value'],
      [{ algorithm: 'md5', value: 'a'.repeat(32) }, '/it/algorithm'],
      [{ value: 'a'.repeat(64) }, '/it/algorithm'],
    ],
  ],
  [
    'reviewedDigest',
    reviewedDigest,
    ['0'.repeat(64)],
    [
      ['0'.repeat(63), '/it'],
      ['G'.repeat(64), '/it'],
    ],
  ],
  [
    'irregularities',
    irregularities,
    [[], ['date-in-future']],
    [
      [['Date in future'], '/it/0'],
      [['ok', ''], '/it/1'],
    ],
  ],
  [
    'streamName',
    streamName,
    [`incident-${uuid}`],
    [
      [`Incident-${uuid}`, '/it'],
      ['incident-1', '/it'],
    ],
  ],
  [
    'period',
    period,
    [
      { precision: 'unknown' },
      { start: '2025-02-01', precision: 'month' },
      { start: '2025-02-11T10:00:00Z', end: '2025-02-11', precision: 'minute' },
      { start: '2025-02-11', end: '2025-02-11', precision: 'day' },
      { end: '2025-02-11', precision: 'day' },
    ],
    [
      [{ precision: 'day' }, '/it'],
      [{ start: '2025-02-11', precision: 'unknown' }, '/it'],
      [{ end: '2025-02-11', precision: 'unknown' }, '/it'],
      [{ start: '2025-02-12', end: '2025-02-11', precision: 'day' }, '/it'],
      [{ start: '2025-02-11T10:00:00Z', end: '2025-02-11T09:59:59Z', precision: 'minute' }, '/it'],
      [{ start: '2023-02-30', precision: 'day' }, '/it/start'],
      [{ start: '2025-02-11', precision: 'day', until: '2025-02-12' }, '/it/until'],
      [{ start: '2025-02-11' }, '/it/precision'],
    ],
  ],
  [
    'coordinates',
    coordinates,
    [exactly, { latitude: 90, longitude: -180 }],
    [
      [{ latitude: 91, longitude: 0 }, '/it/latitude'],
      [{ latitude: 0, longitude: -180.5 }, '/it/longitude'],
      [{ latitude: '12.5', longitude: 0 }, '/it/latitude'],
      [{ latitude: 1 }, '/it/longitude'],
      [{ ...exactly, altitude: 3 }, '/it/altitude'],
      [[1, 2], '/it'],
      [[exactly], '/it'],
      [null, '/it'],
    ],
  ],
  [
    'place',
    place,
    [
      { precision: 'unknown' },
      mill,
      { ...mill, coordinates: exactly, radiusMeters: 0 },
      { precision: 'exact', coordinates: exactly },
      { precision: 'country', country: 'XX' },
      { precision: 'country', name: 'A state without a code' },
    ],
    [
      [{ ...mill, precision: 'exact' }, '/it'],
      [{ precision: 'country' }, '/it'],
      [{ precision: 'country', coordinates: exactly }, '/it'],
      [{ precision: 'unknown', coordinates: exactly }, '/it'],
      [{ ...mill, radiusMeters: 5 }, '/it'],
      [{ ...mill, coordinates: { ...exactly, latitude: 91 } }, '/it/coordinates/latitude'],
      [{ ...mill, coordinates: { ...exactly, datum: 'ED50' } }, '/it/coordinates/datum'],
      [{ ...mill, coordinates: exactly, radiusMeters: 0.5 }, '/it/radiusMeters'],
      [{ ...mill, name: 'a\u0000' }, '/it/name'],
    ],
  ],
  [
    'party',
    party,
    [{ role: 'belligerent', party: 'Northern Brigade', basis: 'Its own statement' }],
    [
      [{ role: 'perpetrator', party: 'Northern Brigade', basis: 'Its own statement' }, '/it/role'],
      [{ role: 'belligerent', party: 'Northern Brigade' }, '/it/basis'],
    ],
  ],
  [
    'bounds',
    bounds,
    [
      { min: 29, max: null },
      { min: 0, max: 0 },
    ],
    [
      [{ min: 2, max: 1 }, '/it'],
      [{ min: 1 }, '/it/max'],
      [{ min: 1, max: '2' }, '/it/max'],
    ],
  ],
  [
    'figure',
    figure,
    [
      { ...killed, min: 91, max: null },
      { ...killed, min: 1, best: 2, max: 3 },
      { ...killed, min: 1, best: 1, max: 1 },
    ],
    [
      [{ ...killed, min: 3, best: 2, max: null }, '/it'],
      [{ ...killed, min: 3, max: 2 }, '/it'],
      [{ ...killed, min: 1, best: 5, max: 4 }, '/it'],
      [{ ...killed, min: 1, max: 2 ** 53 + 1 }, '/it/max'],
      [{ ...killed, harm: 'hurt', min: -1, max: null }, '/it/harm'],
      [{ ...killed, harm: 'hurt', min: -1, max: null }, '/it/min'],
    ],
  ],
  [
    'source',
    source,
    [
      { kind: 'individual', informantId: uuid, reference: 'call 7' },
      { kind: 'dataset', organisation: 'Casualty Register', reference: '17' },
    ],
    [
      [{ kind: 'individual', informantId: 'John Smith', reference: 'call 7' }, '/it/informantId'],
      [{ kind: 'individual', name: 'John Smith', reference: 'call 7' }, '/it/name'],
      [{ kind: 'dataset' }, '/it/reference'],
    ],
  ],
  [
    'restriction',
    restriction,
    [{ kind: 'leadOnly', provider: 'Partner', permits: [], legalBasis: 'Art. 54(3)(e)' }],
    [
      [{ kind: 'secret', provider: 'Partner', permits: [], legalBasis: 'x' }, '/it/kind'],
      [{ kind: 'leadOnly', provider: 'Partner', permits: [''], legalBasis: 'x' }, '/it/permits/0'],
    ],
  ],
  [
    'claim',
    claim,
    [
      { scope: 'statement', figures: [] },
      {
        scope: 'aggregate',
        incidents: { min: 29, max: null },
        figures: [{ ...killed, min: 91, max: null }],
      },
    ],
    [
      [
        { scope: 'occurrence', figures: [{ ...killed, min: 1, max: null, named: true }] },
        '/it/figures/0/named',
      ],
      [{ scope: 'occurrence', figures: [], period: { precision: 'day', to: 1 } }, '/it/period/to'],
      [{ scope: 'occurrence', figures: [], incidents: { min: 2, max: 1 } }, '/it/incidents'],
    ],
  ],
];

describe.each(table)('%s', (_, schema, good, bad) => {
  test.each(good.map((value) => [JSON.stringify(value), value]))('takes %s', async (__, value) => {
    expect(await faultsIn(schema, value)).toEqual([]);
  });

  test.each(bad.map(([value, pointer]) => [JSON.stringify(value), pointer, value]))(
    'refuses %s at %s, in words',
    async (__, pointer, value) => {
      const faults = await faultsIn(schema, value);
      expect(faults.map((fault) => fault.pointer)).toContain(pointer);
      for (const { message } of faults) expect(message).toMatch(/\S/);
    },
  );
});

test('every fault of a value is told at once, each place once', async () => {
  const faults = await faultsIn(place, {
    precision: 'near',
    coordinates: { latitude: 91, longitude: 181 },
    radiusMeters: -1,
    note: 'x',
  });
  expect(faults.map(({ pointer }) => pointer).toSorted()).toEqual([
    '/it/coordinates/latitude',
    '/it/coordinates/longitude',
    '/it/note',
    '/it/precision',
    '/it/radiusMeters',
  ]);
});
