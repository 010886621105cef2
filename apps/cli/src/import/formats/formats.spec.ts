import { readFileSync } from 'node:fs';
import { Check } from 'typebox/value';
import { useCases } from '#domain';
import { fieldsOf } from '#event-sourcing';
import { describeWith, sharedData } from '../../../../../test/support/available.js';
import type { Format, Mapping, Plan, SourceRecord } from '../format.js';
import { decode } from '../reading/decode.js';
import { syrianArchive } from './syrian-archive.js';
import { ucdpGed } from './ucdp-ged.js';

const asOf = '2023-02-03';

async function recordsOf(format: Format, content: string | Uint8Array): Promise<SourceRecord[]> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(content);
  }
  const records: SourceRecord[] = [];
  for await (const record of format.records(decode(bytes()))) records.push(record);
  return records;
}

/** What the command classes of the domain find wrong with a plan. */
function faultsIn({ allegation, incident, victims }: Plan): string[] {
  const wrong = (name: string, body: object) => {
    const command = useCases.find((one) => one.command.name === name)!.command;
    const fields = fieldsOf(command);
    const unknown = Object.keys(body).filter((field) => !fields.has(field));
    const values = new Map(Object.entries(body));
    const invalid = [...fields].filter(
      ([field, schema]) => values.has(field) && !Check(schema, values.get(field)),
    );
    return [...unknown, ...invalid.map(([field]) => field)].map((field) => `${name}.${field}`);
  };
  return [
    ...wrong('FileAllegation', allegation),
    ...wrong('RecordIncident', incident),
    ...victims.flatMap((count) => wrong('AssessVictims', count)),
  ];
}

/** An invented event, in the columns of the codebook. */
const event = {
  id: '1',
  relid: 'XXX-2030-1-1',
  code_status: 'Clear',
  type_of_violence: '1',
  conflict_name: 'Xland: Government',
  dyad_new_id: '7',
  dyad_name: 'Government of Xland - Y',
  side_a: 'Government of Xland',
  side_b: 'Y',
  number_of_sources: '2',
  source_office: 'Agency One;Twitter: Jane Roe',
  source_date: '2030-01-02;2030-01-03',
  source_original: 'Jane Roe, spokeswoman',
  source_headline: 'Jane Roe says so',
  where_prec: '2',
  where_coordinates: 'Z village',
  where_description: 'near Z',
  adm_1: 'North',
  adm_2: 'Hill',
  latitude: '10.5',
  longitude: '20.25',
  country: 'Ukraine',
  country_id: '369',
  event_clarity: '1',
  date_prec: '1',
  date_start: '2030-01-01T00:00:00',
  date_end: '2030-01-01T00:00:00',
  deaths_a: '1',
  deaths_b: '0',
  deaths_civilians: '2',
  deaths_unknown: '0',
  best: '3',
  high: '5',
  low: '2',
};

const planned = (changes: Partial<typeof event> = {}): Mapping =>
  ucdpGed.plan({ line: 2, id: '1', fields: { ...event, ...changes } }, asOf);

describe('an event of UCDP GED', () => {
  test('becomes a claim, an occurrence and a count', () => {
    const { plan, rejected, noted } = planned();
    expect(faultsIn(plan)).toEqual([]);
    expect([rejected, noted]).toEqual([[], []]);
    const period = { start: '2030-01-01', end: '2030-01-01', precision: 'day' };
    const place = {
      name: 'Z village, Hill, North',
      country: 'UA',
      precision: 'locality',
      coordinates: { latitude: 10.5, longitude: 20.25 },
      radiusMeters: 25_000,
    };
    expect(plan.incident).toEqual({
      title: 'UCDP GED 1: Z village, 2030-01-01',
      categories: ['conductOfHostilities'],
      means: ['unknown'],
      period,
      place,
      parties: [
        {
          role: 'belligerent',
          party: 'Government of Xland',
          basis: 'side_a of UCDP dyad 7, type_of_violence 1',
        },
        { role: 'belligerent', party: 'Y', basis: 'side_b of UCDP dyad 7, type_of_violence 1' },
      ],
    });
    expect(plan.victims).toEqual([
      {
        harm: 'killed',
        status: 'unknown',
        min: 2,
        best: 3,
        max: 5,
        standard: 'alleged',
        sourceStandard: 'event_clarity 1 (high)',
        sources: [
          'UCDP GED event 1 (XXX-2030-1-1)',
          'Agency One, 2030-01-02',
          'an account on Twitter, 2030-01-03',
        ],
        basis:
          'UCDP GED: low 2, best 3, high 5, deaths_a 1, deaths_b 0, deaths_civilians 2, deaths_unknown 0.',
        asOf,
      },
    ]);
    expect(plan.allegation.claimed).toEqual({
      scope: 'occurrence',
      period,
      place,
      incidents: { min: 1, max: 1 },
      figures: [{ harm: 'killed', status: 'unknown', min: 2, best: 3, max: 5 }],
    });
  });

  test('brings no text that names people', () => {
    expect(JSON.stringify(planned())).not.toMatch(/Roe/);
  });

  test('whose counts disagree keeps them as words, and has no count', () => {
    const { plan, rejected } = planned({ low: '7', best: '7', high: '6' });
    expect(rejected).toEqual([
      { part: 'victims', reason: 'low 7, best 7, high 6: low ≤ best ≤ high does not hold' },
    ]);
    expect(plan.victims).toEqual([]);
    expect(plan.allegation.claimed.figures).toEqual([]);
    expect(plan.allegation.summary).toContain('low 7, best 7, high 6');
    expect(faultsIn(plan)).toEqual([]);
  });

  test.each([
    [{ low: '' }, 'victims'],
    [{ best: '1.5' }, 'victims'],
    [{ date_start: '2030-02-30T00:00:00' }, 'period'],
    [{ date_end: '2029-01-01' }, 'period'],
    [{ date_prec: '0' }, 'period'],
    [{ where_prec: '8' }, 'place'],
    [{ latitude: '' }, 'place'],
    [{ longitude: '181' }, 'place'],
    [{ type_of_violence: '4' }, 'categories'],
  ])('with %j is taken without that part, and says so', (change, part) => {
    const { plan, rejected } = planned(change);
    expect(rejected.map((remark) => remark.part)).toEqual([part]);
    expect(faultsIn(plan)).toEqual([]);
  });

  test('without a point has none', () => {
    const { plan, rejected } = planned({ latitude: '', longitude: '' });
    expect(rejected).toEqual([]);
    expect(plan.incident.place).toEqual({
      name: 'Z village, Hill, North',
      country: 'UA',
      precision: 'locality',
    });
  });

  test('is at no exact place without its point', () => {
    for (const [place, precision] of [
      [{ latitude: '1.5', longitude: '2.25' }, 'exact'],
      [{ latitude: '', longitude: '' }, 'locality'],
    ] as const) {
      const { plan } = planned({ where_prec: '1', ...place });
      expect(plan.incident.place.precision).toBe(precision);
      expect(faultsIn(plan)).toEqual([]);
    }
  });

  test('of one-sided violence has a perpetrator and the affected', () => {
    const { incident } = planned({ type_of_violence: '3', side_b: 'Civilians' }).plan;
    expect(incident.categories).toEqual(['attackOnCivilians']);
    expect(incident.parties.map(({ role }) => role)).toEqual(['allegedPerpetrator', 'affected']);
  });

  test('in a state without one successor has no country code, and keeps the name', () => {
    const { place } = planned({ country_id: '345', country: 'Serbia (Yugoslavia)' }).plan.incident;
    expect(place).not.toHaveProperty('country');
    expect(place.name).toBe('Z village, Hill, North, Serbia (Yugoslavia)');
    const nowhere = { where_coordinates: '', adm_1: '', adm_2: '' };
    const known = planned({ ...nowhere, where_prec: '6', country_id: '345', country: 'Serbia (Yugoslavia)' });
    expect(known.plan.incident.place).toMatchObject({ name: 'Serbia (Yugoslavia)', precision: 'country' });
    expect(faultsIn(known.plan)).toEqual([]);
  });
});

describe('an incident of the Syrian Archive', () => {
  const plan = async (fields: object): Promise<Mapping> => {
    const [record] = await recordsOf(syrianArchive, JSON.stringify([fields]));
    return syrianArchive.plan(record!, '');
  };
  const unknown = { period: { precision: 'unknown' }, place: { precision: 'unknown' } };

  test('of which only the code is known stays unknown in everything else', async () => {
    const empty = { incident_code: 'XYZ010230', 'Incident Date': '', latitude: '', 'cid.staff': '', '': '' };
    const { plan: found, rejected, noted } = await plan(empty);
    expect([rejected, noted, faultsIn(found)]).toEqual([[], [], []]);
    expect(found.incident).toEqual({
      title: 'Syrian Archive XYZ010230',
      categories: [],
      means: ['unknown'],
      ...unknown,
      parties: [],
    });
    expect(found.allegation.claimed).toMatchObject({ ...unknown, figures: [] });
    expect(found.allegation.summary).toContain('nothing but its code');
    expect(found.victims).toEqual([]);
  });

  test.each(['staff', 'cid.staff', 'Staff'])('never shows what stands under %s', async (name) => {
    const [record] = await recordsOf(
      syrianArchive,
      JSON.stringify([{ incident_code: 'XYZ010230', [name]: 'Roe' }]),
    );
    expect(JSON.stringify([record, syrianArchive.plan(record!, '')])).not.toContain('Roe');
    expect(await plan({ incident_code: 'XYZ010230', [name]: 'Roe' })).toEqual(
      await plan({ incident_code: 'XYZ010230' }),
    );
  });

  test('brings no narrative, which names people, and says that there is one', async () => {
    const { plan: found } = await plan({ incident_code: 'XYZ010230', 'Summary en': 'Jane Roe filmed it.' });
    expect(JSON.stringify(found)).not.toContain('Roe');
    expect(found.allegation.summary).toContain('Not taken over, as they may name people: summary_en.');
  });

  test('whose code and date differ keeps both and says so', async () => {
    const { plan: found, noted } = await plan({ incident_code: 'XYZ020130', incident_date: '2030-01-01' });
    expect(found.incident.period).toEqual({ start: '2030-01-01', precision: 'day' });
    expect(found.allegation.summary).toContain('is 2030-01-02; incident_date is 2030-01-01');
    expect(noted).toEqual([
      {
        part: 'period',
        reason:
          'the code XYZ020130 reads 2030-01-02, incident_date says 2030-01-01: taken as 2030-01-01, both are in the summary',
      },
    ]);
  });

  test('is the same in the spellings of all versions', async () => {
    const older = {
      incident_code: 'X1',
      'Incident Date': '2030-01-01',
      'cid.weapons_used.0': 'Chemical Weapons',
    };
    const newer = { incident_code: 'X1', incident_date: '2030-01-01', 'weapons_used.0': 'Chemical Weapons' };
    expect(await plan(older)).toEqual(await plan(newer));
    expect((await plan(newer)).plan.incident.means).toEqual(['chemicalWeapon']);
  });

  test('with a weapon or a field that is not known says so', async () => {
    const { plan: found, noted } = await plan({
      incident_code: 'X1',
      'weapons_used.0': 'Trebuchet',
      colour: 'red',
    });
    expect(found.incident.means).toEqual(['other']);
    expect(noted.map(({ reason }) => reason)).toEqual([
      'not taken, for this format does not know them: colour',
      'weapons_used "Trebuchet" is not in the table: taken as other',
    ]);
  });

  test('that is no object is broken', async () => {
    expect(await recordsOf(syrianArchive, '[\n7]')).toEqual([
      { line: 2, id: '', fields: {}, broken: 'is not an object' },
    ]);
  });
});

const ukraine = sharedData('ucdp-ukraine/UCDP-Ukraine_2023-02-03_ffe58b8.csv');
const syria = sharedData('syrian-archive-chemical/versions');

describeWith(ukraine, 'the events of UCDP GED in Ukraine', () => {
  test('are all taken; thirteen have counts that disagree', async () => {
    const records = await recordsOf(ucdpGed, readFileSync(ukraine.path));
    expect(records).toHaveLength(3000);
    const plans = records.map((record) => ucdpGed.plan(record, asOf));
    expect(plans.flatMap(({ plan }) => faultsIn(plan))).toEqual([]);
    expect(plans.flatMap(({ noted }) => noted)).toEqual([]);
    const parts = plans.flatMap(({ rejected }) => rejected.map(({ part }) => part));
    expect(parts).toEqual(Array(13).fill('victims'));
  });
});

describeWith(syria, 'the versions of the Chemical Weapons Database', () => {
  test.each([
    '2018-04-10T070404Z_2eda7208',
    '2018-04-10T124231Z_b323d8da',
    '2018-04-12T095140Z_6fe2047b',
    '2018-04-17T093832Z_eed8fe3f',
    '2018-04-19T084151Z_77b26dcf',
    '2018-04-22T191118Z_b237b4e8',
    '2018-04-24T121358Z_705032b0',
  ])('%s can be planned whole', async (version) => {
    const bytes = readFileSync(`${syria.path}/${version}_incidents.json`);
    const plans = (await recordsOf(syrianArchive, bytes)).map((record) => syrianArchive.plan(record, ''));
    expect(plans.length).toBeGreaterThan(200);
    expect(plans.flatMap(({ plan }) => faultsIn(plan))).toEqual([]);
    const reasons = plans
      .flatMap(({ rejected, noted }) => [...rejected, ...noted])
      .map(({ reason }) => reason);
    expect(reasons.filter((reason) => /not in the table|does not know/.test(reason))).toEqual([]);
  });
});
