import * as fc from 'fast-check';
import * as sample from '../../../test/support/sample-commands.js';
import { openViews, type Views } from '../../../test/support/views.js';
import { Refused } from '#event-sourcing';
import { parseStatistics } from './statistics-parameters.js';

// Whatever is recorded, corrected, assessed, verified, merged and taken apart again: the statistics agree with a count
// that is made here beside them, now and as of any time before.

interface Figure {
  readonly harm: string;
  readonly standard: string;
  readonly min: number;
  readonly best: number | undefined;
  readonly max: number | null;
}
interface Counted {
  readonly id: string;
  month: string;
  parties: readonly string[];
  status: string;
  mergedInto: string | undefined;
  readonly figures: Record<string, Figure>;
}

const incidentsMax = 5;
const runs = 8;
const parties = ['Northern Brigade', 'River Guard'];
const step = fc.record({
  does: fc.constantFrom('assess', 'assess', 'assess', 'correct', 'verify', 'merge', 'merge', 'reverse'),
  incident: fc.nat(incidentsMax - 1),
  other: fc.nat(incidentsMax - 1),
  harm: fc.constantFrom('killed', 'injured'),
  victimStatus: fc.constantFrom('civilian', 'combatant'),
  standard: fc.constantFrom('alleged', 'verified'),
  min: fc.nat(50),
  best: fc.option(fc.nat(5), { nil: undefined }),
  more: fc.option(fc.nat(20), { nil: null }),
  month: fc.constantFrom('2025-01', '2025-02'),
  parties: fc.subarray(parties),
  outcome: fc.constantFrom('unsubstantiated', 'inconclusive', 'refuted'),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Carries a step out, and in the count beside it what came of it. */
async function take({ office }: Views, incidents: readonly Counted[], taken: Step): Promise<void> {
  const [own, other] = [incidents[taken.incident], incidents[taken.other]];
  if (!own || !other) return;
  const accepted = async (command: string, body: object) => {
    const asked = office.ask(command, body, own.id, 'v.lind');
    return (await asked.catch(refused))?.eventIds.length !== 0;
  };
  switch (taken.does) {
    case 'assess': {
      const { harm, victimStatus, standard, min } = taken;
      const best = taken.best === undefined ? undefined : min + taken.best;
      const max = taken.more === null ? null : min + 5 + taken.more;
      const figure = { harm, standard, min, best, max };
      if (await accepted('AssessVictims', sample.victims({ ...figure, status: victimStatus })))
        own.figures[`${harm}/${victimStatus}`] = figure;
      return;
    }
    case 'correct': {
      const corrected = {
        period: { start: `${taken.month}-10`, precision: 'month' },
        parties: taken.parties.map((party) => ({ role: 'belligerent', party, basis: 'Communiqué' })),
      };
      if (await accepted('CorrectIncident', { corrected, reason: 'Misread' }))
        Object.assign(own, { month: taken.month, parties: taken.parties });
      return;
    }
    case 'verify':
      if (await accepted('BeginVerification', {})) own.status = 'underVerification';
      if (await accepted('AssessVerification', { outcome: taken.outcome, method: 'Read', basis: [] }))
        own.status = taken.outcome;
      return;
    case 'merge':
      if (await accepted('MergeIncident', { into: other.id, reason: 'The same' })) own.mergedInto = other.id;
      return;
    case 'reverse':
      if (await accepted('ReverseMerge', { reason: 'Another day' })) own.mergedInto = undefined;
  }
}

/** A refusal counts as nothing recorded. */
function refused(error: unknown): { eventIds: readonly string[] } {
  if (error instanceof Refused) return { eventIds: [] };
  throw error;
}

const keys: Record<string, (incident: Counted, figure: Figure | undefined) => readonly string[]> = {
  harm: (_, figure) => [figure?.harm ?? 'notAssessed'],
  standard: (_, figure) => [figure?.standard ?? 'notAssessed'],
  month: ({ month }) => [month],
  status: ({ status }) => [status],
  party: (incident) => (incident.parties.length === 0 ? ['unknown'] : incident.parties),
};

/** As the answer has it: per group its incidents, and its victims of each harm and standard. */
function count(incidents: readonly Counted[], by: string): Record<string, object> {
  const groups = new Map<string, { incidents: Set<string>; victims: Map<string, Figure[]> }>();
  for (const incident of incidents) {
    if (incident.mergedInto !== undefined) continue;
    if (by !== 'status' && ['refuted', 'unsubstantiated'].includes(incident.status)) continue;
    const figures = Object.values(incident.figures);
    for (const figure of figures.length === 0 ? [undefined] : figures)
      for (const key of keys[by]?.(incident, figure) ?? []) {
        const group = groups.get(key) ?? { incidents: new Set(), victims: new Map() };
        groups.set(key, group);
        group.incidents.add(incident.id);
        if (!figure) continue;
        const of = `${figure.harm} ${figure.standard}`;
        group.victims.set(of, [...(group.victims.get(of) ?? []), figure]);
      }
  }
  const sum = (numbers: readonly (number | null | undefined)[]) =>
    numbers.reduce<number | null>(
      (total, number) => (total === null || number === null || number === undefined ? null : total + number),
      0,
    );
  return Object.fromEntries(
    [...groups].map(([key, group]) => [
      key,
      {
        incidents: group.incidents.size,
        victims: Object.fromEntries(
          [...group.victims].map(([of, figures]) => [
            of,
            [
              figures.length,
              ...(['min', 'best', 'max'] as const).map((name) => sum(figures.map((f) => f[name]))),
            ],
          ]),
        ),
      },
    ]),
  );
}

async function statistics({ models }: Views, query: Record<string, string>): Promise<Record<string, object>> {
  const { answer } = await models.queries.statistics(parseStatistics(query));
  return Object.fromEntries(
    answer.groups.map(({ group, incidents, victims }) => [
      Object.values(group)[0],
      {
        incidents,
        victims: Object.fromEntries(
          victims.map(({ harm, standard, figures, min, best, max }) => [
            `${harm} ${standard}`,
            [figures, min, best, max],
          ]),
        ),
      },
    ]),
  );
}

test('sums agree with a count made beside them, for any history and as of any time', async () => {
  const property = fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
    let now = Date.parse('2025-03-01T00:00:00Z');
    const views = await openViews({ now: () => new Date((now += 1_000)) });
    try {
      const incidents: Counted[] = [];
      for (let n = 0; n < incidentsMax; n += 1) {
        const { id } = await views.office.ask('RecordIncident', sample.incident({ title: `No ${n}` }));
        const party = ['Northern Brigade'];
        incidents.push({
          id,
          month: '2025-02',
          parties: party,
          status: 'reported',
          mergedInto: undefined,
          figures: {},
        });
      }
      const known: { asOf: string; incidents: Counted[] }[] = [];
      for (const taken of steps) {
        await take(views, incidents, taken);
        known.push({ asOf: new Date(now).toISOString(), incidents: structuredClone(incidents) });
      }
      await views.settled();
      for (const by of Object.keys(keys)) {
        expect({ by, ...(await statistics(views, { by })) }).toEqual({ by, ...count(incidents, by) });
        for (const then of known.filter((_, n) => n % 10 === 5))
          expect(await statistics(views, { by, asOf: then.asOf })).toEqual(count(then.incidents, by));
      }
    } finally {
      await views.close();
    }
  });
  await fc.assert(property, { numRuns: runs, endOnFailure: true });
}, 180_000);
