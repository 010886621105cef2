import { IsInteger, type Static, type TObject } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { invalid } from '../problems/problem.js';
import type { RequestFault } from '../problems/request-faults.js';

/** Reads the query string of one route by its schema. */
export interface QueryString<S extends TObject> {
  readonly schema: S;
  /** Throws an `invalid-request` problem with everything that is wrong. */
  parse(raw: unknown): Static<S>;
}

/**
 * Parameters that stand at most once, each a text or a whole number. A parameter that the route does not know is a
 * fault: a misspelt filter must not answer with everything.
 */
export function queryString<S extends TObject>(schema: S): QueryString<S> {
  const validator = Compile(schema);
  return {
    schema,
    parse(raw) {
      const given = Object.entries(typeof raw === 'object' && raw !== null ? raw : {});
      const unknown = given
        .filter(([name]) => !Object.hasOwn(schema.properties, name))
        .map(([name]) => ({ parameter: name, message: 'is not a parameter of this route' }));
      const values = Object.fromEntries(given.map(([name, text]) => [name, valueOf(schema, name, text)]));
      if (unknown.length > 0 || !validator.Check(values))
        throw invalid([...unknown, ...faultsOf(validator.Errors(values))]);
      return values;
    },
  };
}

function valueOf(schema: TObject, name: string, text: unknown): unknown {
  const isInteger = IsInteger(schema.properties[name]);
  return isInteger && typeof text === 'string' && /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

function faultsOf(errors: ReturnType<Validator['Errors']>): RequestFault[] {
  return errors.flatMap((error) =>
    error.keyword === 'required'
      ? error.params.requiredProperties.map((parameter) => ({ parameter, message: 'is required' }))
      : [{ parameter: error.instancePath.slice(1), message: error.message }],
  );
}
