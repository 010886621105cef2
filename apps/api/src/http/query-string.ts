import { IsInteger, type Static, type TObject } from 'typebox';
import { faultsBy, trust } from '#event-sourcing';
import { invalid } from '../problems/problem.js';

/** Reads the query string of one route by its schema. */
export interface QueryString<S extends TObject> {
  readonly schema: S;
  /** Throws an `invalid-request` problem with everything that is wrong, in the words that faults of a body have. */
  parse(raw: unknown): Static<S>;
}

/**
 * Parameters that stand at most once, each a text or a whole number. A parameter that the route does not know is a
 * fault: a misspelt filter must not answer with everything.
 */
export function queryString<S extends TObject>(schema: S): QueryString<S> {
  const faultsIn = faultsBy(schema);
  return {
    schema,
    parse(raw) {
      const given = Object.entries(typeof raw === 'object' && raw !== null ? raw : {});
      const unknown = given
        .filter(([name]) => !Object.hasOwn(schema.properties, name))
        .map(([name]) => ({ parameter: name, message: 'is not a parameter of this route' }));
      const values = Object.fromEntries(given.map(([name, text]) => [name, valueOf(schema, name, text)]));
      const wrong = faultsIn(values).map(({ pointer, message }) => ({
        parameter: pointer.slice(1),
        message,
      }));
      if (unknown.length > 0 || wrong.length > 0) throw invalid([...unknown, ...wrong]);
      // It passed the check of S just above.
      return trust<Static<S>>(values);
    },
  };
}

function valueOf(schema: TObject, name: string, text: unknown): unknown {
  const isInteger = IsInteger(schema.properties[name]);
  return isInteger && typeof text === 'string' && /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}
