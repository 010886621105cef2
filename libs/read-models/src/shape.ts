import { type Aggregate, digestOf } from '#event-sourcing';

/**
 * The shape of a projection: changes by itself when the state of an aggregate that it folds does, and with `version`,
 * which is raised when the same events would make other rows: by an `evolve`, or by what the projection makes of them.
 */
export function shapeOf(version: number, ...folded: readonly Pick<Aggregate, 'schema'>[]): string {
  const states = folded.map(({ schema }) => JSON.parse(JSON.stringify(schema, structural)));
  return digestOf({ version, states }).slice(0, 16);
}

/** What is said of a value to people makes no difference to it. A member may be called so too; its schema is an object. */
const structural = (name: string, value: unknown) =>
  (name === 'description' && typeof value === 'string') || (name === 'examples' && Array.isArray(value))
    ? undefined
    : value;
