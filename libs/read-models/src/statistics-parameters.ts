import { type TSchema, Type } from 'typebox';
import {
  country,
  harm,
  Incident,
  incidentCategory,
  instant,
  partyRole,
  standard,
  text,
  victimStatus,
} from '#domain';
import {
  compiled,
  InvalidListParameters,
  limitDefault,
  limitMax,
  type ParameterFault,
} from './list/definition.js';

/** What can be counted by. Where nothing is known the value is `unknown`; where nothing was assessed, `notAssessed`. */
export const dimensions = {
  standard: { schema: orElse(standard, 'notAssessed'), sql: `coalesce(figure.standard, 'notAssessed')` },
  harm: { schema: orElse(harm, 'notAssessed'), sql: `coalesce(figure.harm, 'notAssessed')` },
  victimStatus: {
    schema: orElse(victimStatus, 'notAssessed'),
    sql: `coalesce(figure.victim_status, 'notAssessed')`,
  },
  status: { schema: Incident.properties.status, sql: 'version.status' },
  month: {
    schema: Type.String({
      description: 'a month, `several` for a period that reaches from one into another, or `unknown`',
      pattern: '^(\\d{4}-\\d{2}|several|unknown)$',
      examples: ['2025-02'],
    }),
    sql: 'version.month',
  },
  country: { schema: orElse(country, 'unknown'), sql: `coalesce(version.country, 'unknown')` },
  place: { schema: text(500), sql: `coalesce(version.place, 'unknown')` },
  category: { schema: orElse(incidentCategory, 'unknown'), sql: `coalesce(category.category, 'unknown')` },
  party: { schema: text(200), sql: `coalesce(party.party, 'unknown')` },
  partyRole: { schema: orElse(partyRole, 'unknown'), sql: `coalesce(party.role, 'unknown')` },
} satisfies Record<string, { schema: TSchema; sql: string }>;

export type Dimension = keyof typeof dimensions;
export const dimensionNames = Object.keys(dimensions).filter(isDimension);

export interface StatisticsParameters {
  readonly by: readonly Dimension[];
  readonly filters: Readonly<Partial<Record<Dimension, string>>>;
  /** What was recorded by then; everything when left out. */
  readonly asOf?: string;
}

/** The query parameters, for OpenAPI: `by` lists dimensions, each dimension also filters. */
export const statisticsParameters: Readonly<Record<string, TSchema>> = {
  by: Type.String({
    pattern: `^(${dimensionNames.join('|')})(,(${dimensionNames.join('|')}))*$`,
    examples: ['harm,standard'],
  }),
  asOf: instant,
  ...Object.fromEntries(dimensionNames.map((name) => [name, dimensions[name].schema])),
};

/** Checks what stood in the address. Throws `InvalidListParameters`. */
export function parseStatistics(query: Readonly<Record<string, unknown>>): StatisticsParameters {
  const { by, asOf, ...filters } = checked(statisticsParameters, query);
  // Places of one name lie in different countries.
  const asked = (by ?? '').split(',').flatMap((name) => (name === 'place' ? ['place', 'country'] : [name]));
  return {
    by: [...new Set(asked.filter(isDimension))],
    filters,
    ...(asOf === undefined ? {} : { asOf }),
  };
}

/** The same for the drill-down, whose parameters are the dimensions, `asOf`, `limit` and `cursor`. */
export const countedParameters: Readonly<Record<string, TSchema>> = {
  ...Object.fromEntries(Object.entries(statisticsParameters).filter(([name]) => name !== 'by')),
  limit: Type.String({ pattern: '^([1-9]\\d?|1\\d\\d|200)$', examples: [String(limitDefault)] }),
  cursor: Type.String({ maxLength: 2000, pattern: '^[A-Za-z0-9_-]+$' }),
};

export function parseCounted(query: Readonly<Record<string, unknown>>) {
  const { asOf, limit, cursor, ...filters } = checked(countedParameters, query);
  return {
    parameters: { filters, ...(asOf === undefined ? {} : { asOf }) },
    page: {
      limit: Math.min(limit === undefined ? limitDefault : Number(limit), limitMax),
      ...(cursor === undefined ? {} : { cursor }),
    },
  };
}

function checked(known: Readonly<Record<string, TSchema>>, query: Readonly<Record<string, unknown>>) {
  const faults: ParameterFault[] = [];
  const values: Record<string, string> = {};
  for (const [parameter, raw] of Object.entries(query)) {
    const schema = Object.hasOwn(known, parameter) ? known[parameter] : undefined;
    if (!schema) faults.push({ parameter, message: 'is not a parameter here' });
    else if (typeof raw !== 'string' || !compiled(schema).Check(raw))
      faults.push({ parameter, message: 'is not a value of this parameter' });
    else values[parameter] = raw;
  }
  if (faults.length > 0) throw new InvalidListParameters(faults);
  return values;
}

export function isDimension(name: string): name is Dimension {
  return Object.hasOwn(dimensions, name);
}

function orElse<S extends TSchema>(schema: S, word: string) {
  return Type.Union([schema, Type.Literal(word)]);
}
