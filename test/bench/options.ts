import { parseArgs } from 'node:util';
import type { Figure } from './figure.js';

export interface Options {
  readonly figures: readonly Figure[];
  readonly json: boolean;
  readonly help: boolean;
}

/** What the arguments ask for, of these figures; or, as a text, what is wrong with them. */
export function readOptions(args: readonly string[], figures: readonly Figure[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { only: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
    });
    const ids = values.only?.split(',').map((id) => id.trim().toUpperCase());
    const unknown = ids?.find((id) => !figures.some((figure) => figure.id === id));
    if (unknown !== undefined)
      return `There is no figure ${unknown}; there are ${figures.map(({ id }) => id).join(', ')}.`;
    return {
      figures: figures.filter(({ id }) => ids?.includes(id) ?? true),
      json: values.json ?? false,
      help: values.help ?? false,
    };
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\nSee npm run bench -- --help`;
  }
}

export function helpText(figures: readonly Figure[]): string {
  return `npm run bench [-- OPTIONS]

Measures Inquest against a baseline in the same run: medians of runs that alternate between the two. Rates and times
depend on the machine, ratios much less; leave it alone meanwhile. All of it takes about five minutes.

  --only P1,P3   these figures only
  --json         a JSON array and nothing else on standard output (npm -s run bench, or npm adds two lines of its own)
  --help         this text

${figures.map(({ id, title }) => `  ${id.padEnd(4)} ${title}`).join('\n')}

Ends with 0 when everything was measured, whether or not the targets were met; else with 1.`;
}
