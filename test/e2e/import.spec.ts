import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWith, sharedData } from '../support/available.js';
import { testScale } from '../support/test-scale.js';
import { waitFor } from '../support/wait-for.js';
import {
  beginningOf,
  type ExpectedImport,
  type ExpectedIncident,
  grouped,
  monthOf,
  syrianArchive,
  ucdp,
} from './import-figures.js';
import { Installation } from './installation.js';

const events = sharedData('ucdp-ukraine/UCDP-Ukraine_2023-02-03_ffe58b8.csv');
const archive = sharedData('syrian-archive-chemical/versions/2018-04-10T070404Z_2eda7208_incidents.json');

/** A third of the file, and in the long form all of it; in some records the numbers do not agree. */
const ofEvents = testScale > 1 ? { inFile: 3000, takenInPart: 13 } : { inFile: 1000, takenInPart: 10 };
/** A claim, an occurrence and their link each, and a count where the numbers agree. */
const eventCommands = 4 * ofEvents.inFile - ofEvents.takenInPart;

/** Far more than it takes: two processes and PostgreSQL share what cores there are. */
const importMsMax = 600_000;

describeWith(events.available ? archive : events, 'importing what was published', () => {
  let inquest: Installation;
  let eventsFile: string;
  let fromArchive: ExpectedImport;
  let fromEvents: ExpectedImport;
  let expected: readonly ExpectedIncident[];
  let head: string;

  beforeAll(async () => {
    inquest = await Installation.start();
    eventsFile = join(inquest.dir, 'UCDP-Ukraine_2023-02-03.csv');
    await writeFile(eventsFile, beginningOf(await readFile(events.path, 'utf8'), ofEvents.inFile));
    [fromArchive, fromEvents] = [syrianArchive(archive.path), ucdp(eventsFile)];
    expected = [...fromArchive.incidents, ...fromEvents.incidents];
  }, importMsMax);
  afterAll(() => inquest.end(), importMsMax);

  test(
    'takes the 201 records of the archive, and reports what cannot be taken',
    async () => {
      const { code, summary } = await inquest.import('syrian-archive', archive.path);
      expect(summary).toMatchObject({
        complete: true,
        records: { inFile: 201, read: 201, taken: 199, takenInPart: 1, rejected: 1, unknown: 0 },
        commands: { sent: 600, replayed: 0 },
        rejected: fromArchive.rejected,
      });
      expect(fromArchive.rejected.map(({ recordId }) => recordId)).toEqual(['ADR230513', 'MAR270415']);
      expect(summary.noted.map(({ recordId, part }) => [recordId, part])).toEqual([['KAT141012', 'period']]);
      expect(code).toBe(3);
    },
    importMsMax,
  );

  test(
    'goes on where it was killed, and takes the events once',
    async () => {
      const before = BigInt(await inquest.head());
      const { inFile, takenInPart } = ofEvents;
      const first = inquest.spawnImport('ucdp-ged', eventsFile);
      await waitFor(
        'half a thousand commands',
        async () => BigInt(await inquest.head()) > before + 500n,
        importMsMax,
      );
      first.kill('SIGKILL');
      await once(first, 'exit');

      const { code, summary } = await inquest.import('ucdp-ged', eventsFile);
      expect(summary).toMatchObject({
        complete: true,
        asOf: '2023-02-03',
        records: {
          inFile,
          read: inFile,
          taken: inFile - takenInPart,
          takenInPart,
          rejected: 0,
          unknown: 0,
        },
        commands: { sent: eventCommands },
        rejected: fromEvents.rejected,
        noted: [],
      });
      expect(summary.commands.replayed).toBeGreaterThanOrEqual(500);
      expect(summary.commands.replayed).toBeLessThan(summary.commands.sent);
      expect(code).toBe(3);
      head = await inquest.head();
      expect(head).toBe(String(600 + summary.commands.sent));
    },
    importMsMax,
  );

  test('leaves every incident as the files have it', async () => {
    const incidents = await inquest.list('incidents', head);
    expect(incidents).toHaveLength(expected.length);
    const byTitle = new Map(incidents.map((item) => [titleOf(item.title), item]));
    for (const { title, reference: _, killed, parties, ...described } of expected) {
      const { period, place, categories, means, parties: given, victims } = byTitle.get(title)!;
      expect({ title, period, place, categories, means }).toEqual({ title, ...described });
      expect(given.map(({ role, party }) => [role, party])).toEqual(
        parties.map((party) => ['belligerent', party]),
      );
      expect(victims.map((count) => ({ ...count, eventId: undefined }))).toEqual(countsOf(killed));
    }
  });

  test('leaves every claim linked to its incident, with its source', async () => {
    const claims = await inquest.list('allegations', head);
    const incidents = await inquest.list('incidents', head);
    const titles = new Map(incidents.map(({ id, title }) => [id, titleOf(title)]));
    const links = await inquest.links();
    const linked = claims.map(({ id, source }) => [
      source.reference.split('; record SHA-256 ')[0],
      links.filter(({ allegation }) => allegation === id).map(({ incident }) => titles.get(incident)),
    ]);
    expect(Object.fromEntries(linked)).toEqual(
      Object.fromEntries(expected.map(({ reference, title }) => [reference, [title]])),
    );
    const references = claims.map(({ source }) => source.reference.split('; record SHA-256 ')[0]);
    expect(references).toHaveLength(expected.length);
    expect(new Set(references)).toEqual(new Set(expected.map(({ reference }) => reference)));
    expect(claims.filter(({ incidents }) => incidents !== 1)).toEqual([]);
    expect(claims.filter(({ source }) => source.kind !== 'dataset')).toEqual([]);
  });

  const titleOf = (title: string) => /^(UCDP GED \d+:|Syrian Archive \w+)/.exec(title)?.[0];

  const countsOf = (killed: ExpectedIncident['killed']): object[] => {
    const [min, best, max] = killed ?? [];
    const count = {
      harm: 'killed',
      status: 'unknown',
      min,
      best,
      max,
      standard: 'alleged',
      asOf: '2023-02-03',
    };
    return killed ? [count] : [];
  };

  const dimensions: [string, (incident: ExpectedIncident) => readonly string[]][] = [
    ['month', (incident) => [monthOf(incident)]],
    ['place', ({ place }) => [`${place.name ?? 'unknown'}, ${place.country ?? 'unknown'}`]],
    ['country', ({ place }) => [place.country ?? 'unknown']],
    ['party', ({ parties }) => (parties.length === 0 ? ['unknown'] : parties)],
    ['standard', ({ killed }) => [killed ? 'alleged' : 'notAssessed']],
    ['harm', ({ killed }) => [killed ? 'killed' : 'notAssessed']],
    ['category', ({ categories }) => (categories.length === 0 ? ['unknown'] : categories)],
  ];

  test.each(dimensions)('gives the counts and sums of the files by %s', async (dimension, keysOf) => {
    expect(await inquest.statistics(dimension, head)).toEqual(grouped(expected, keysOf));
  });

  test('shows no name of the archive’s staff and no narrative', async () => {
    const log = JSON.stringify(await inquest.list('allegations', head)) + inquest.log;
    const narratives = (JSON.parse(await readFile(archive.path, 'utf8')) as Record<string, string>[])
      .map((record) => record['Summary en']!)
      .filter((narrative) => narrative !== '');
    expect(narratives.filter((narrative) => log.includes(JSON.stringify(narrative).slice(1, 60)))).toEqual(
      [],
    );
    expect(log).not.toContain('cid.staff');
  });

  test(
    'changes nothing when it is done again',
    async () => {
      for (const [format, path, commands] of [
        ['syrian-archive', archive.path, 600],
        ['ucdp-ged', eventsFile, eventCommands],
      ] as const) {
        const { summary } = await inquest.import(format, path);
        expect(summary.commands).toMatchObject({ sent: commands, replayed: commands });
        expect(summary.rejected).toEqual((format === 'ucdp-ged' ? fromEvents : fromArchive).rejected);
      }
      expect(await inquest.head()).toBe(head);
    },
    importMsMax,
  );

  test('leaves nothing behind when the file is broken or the user may not import', async () => {
    const broken = join(inquest.dir, 'broken_2023-02-03.csv');
    // A file in windows-1252, which shows at its end only.
    const bytes = await readFile(eventsFile);
    await writeFile(broken, Buffer.concat([bytes, Buffer.from([0x92])]));
    const lastLine = bytes.toString().split('\n').length;
    const atTheEnd = await inquest.failingImport('ucdp-ged', broken);
    expect(atTheEnd).toEqual({ code: 1, words: expect.stringContaining(`line ${lastLine}: is not utf-8`) });
    const notAllowed = await inquest.failingImport('ucdp-ged', events.path, '--role', 'IntakeOfficer');
    expect(notAllowed).toEqual({ code: 1, words: expect.stringContaining('POST /v1/incidents: forbidden') });
    expect(await inquest.head()).toBe(head);
  });

  test(
    'reports a record that differs from the one imported, and changes nothing',
    async () => {
      const [first, second] = (await readFile(eventsFile, 'utf8')).split('\n', 2);
      const changed = join(inquest.dir, 'changed_2023-02-03.csv');
      await writeFile(changed, `${first}\n${second!.replace(',2014,', ',2015,')}\n`);
      const { code, summary } = await inquest.import('ucdp-ged', changed);
      expect(summary.rejected).toEqual([
        {
          line: 2,
          recordId: '147997',
          part: 'allegation',
          reason: 'was imported before with other content; what is stored was not changed',
        },
      ]);
      expect(code).toBe(3);
      expect(await inquest.head()).toBe(head);
    },
    importMsMax,
  );
});
