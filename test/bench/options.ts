import { parseArgs } from 'node:util';
import type { Figure } from './figure.js';

export interface Options {
  readonly figures: readonly Figure[];
  readonly json: boolean;
  readonly help: boolean;
  readonly contentMib: number;
}

/** What the arguments ask for, of these figures; or, as a text, what is wrong with them. */
export function readOptions(args: readonly string[], figures: readonly Figure[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
        'content-mib': { type: 'string', default: '2048' },
      },
    });
    const ids = values.only?.split(',').map((id) => id.trim().toUpperCase());
    const unknown = ids?.find((id) => !figures.some((figure) => figure.id === id));
    if (unknown !== undefined)
      return `There is no figure ${unknown}; there are ${figures.map(({ id }) => id).join(', ')}.`;
    const contentMib = Number(values['content-mib']);
    if (!Number.isInteger(contentMib) || contentMib < 1) return '--content-mib takes a whole number of MiB.';
    return {
      contentMib,
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
depend on the machine, ratios much less; leave it alone meanwhile. All of it takes about ten minutes.

  --only P1,P3   these figures only
  --json         a JSON array and nothing else on standard output (npm -s run bench, or npm adds two lines of its own)
  --content-mib 2048   size of the file of P13; it is kept three times meanwhile
  --help         this text

${figures.map(({ id, title }) => `  ${id.padEnd(4)} ${title}`).join('\n')}

Ends with 0 when everything was measured, whether or not the targets were met; else with 1.`;
}
