import { ValidateBy, ValidateIf, type ValidationArguments, type ValidationError } from 'class-validator';
import { IsOptional, type Static, type TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import type { Json } from './json.js';

/** One thing that is wrong with a command, at an RFC 6901 JSON pointer into its body. */
export interface Fault {
  readonly pointer: string;
  readonly message: string;
}

/** A rule between fields: what is wrong with this field beside the others, or nothing. */
export type FieldRule<S extends TSchema> = (
  value: Static<S>,
  command: Readonly<Record<string, unknown>>,
) => string | undefined;

interface FieldEntry {
  readonly schema: TSchema;
  readonly faults: (value: unknown, command: object) => Fault[];
}

const fieldsByClass = new Map<object, Map<string, FieldEntry>>();

/**
 * Declares a command's field by the value's one schema: class-validator checks it by that schema, the edge documents
 * it by that schema, and `faultsOf` says everything that is wrong inside it.
 */
export function Field<S extends TSchema>(schema: S, rule?: FieldRule<S>): PropertyDecorator {
  let validator: Validator | undefined;
  const faults = (value: unknown, command: object): Fault[] => {
    validator ??= Compile(schema);
    if (!validator.Check(value)) return readable(validator.Errors(value));
    const message = rule?.(value as Static<S>, { ...command });
    return message === undefined ? [] : [{ pointer: '', message }];
  };
  return (target, property) => {
    const name = String(property);
    const fields = fieldsByClass.get(target.constructor) ?? new Map<string, FieldEntry>();
    fields.set(name, { schema, faults });
    fieldsByClass.set(target.constructor, fields);
    if (IsOptional(schema)) ValidateIf((command: object) => name in command)(target, property);
    ValidateBy({
      name: 'field',
      validator: {
        validate: (value: unknown, args?: ValidationArguments) =>
          faults(value, args?.object ?? {}).length === 0,
      },
    })(target, property);
  };
}

/** The fields of a command class with their schemas, in the order they are written. */
export function fieldsOf(command: new () => object): ReadonlyMap<string, TSchema> {
  return new Map([...(fieldsByClass.get(command) ?? [])].map(([name, entry]) => [name, entry.schema]));
}

/** Everything that class-validator found wrong, down to the value inside the field. */
export function faultsOf(errors: readonly ValidationError[]): Fault[] {
  return errors.flatMap(({ target, property, value }) => {
    const pointer = `/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const entry = target && fieldsByClass.get(target.constructor)?.get(property);
    if (!entry) return [{ pointer, message: 'is not a field of this command' }];
    return entry.faults(value, target).map((fault) => ({ ...fault, pointer: pointer + fault.pointer }));
  });
}

type SchemaErrors = ReturnType<Validator['Errors']>;

/** Drops the lines that only repeat, for the whole, what another says of the part. */
function readable(errors: SchemaErrors): Fault[] {
  const faults = errors
    .filter(({ keyword }) => keyword !== 'boolean' && keyword !== 'anyOf' && keyword !== 'required')
    .map(({ instancePath, message, params, keyword }) => ({
      pointer: instancePath,
      message:
        keyword === 'const' || keyword === 'enum'
          ? `${message}: ${JSON.stringify(params satisfies object as Json)}`
          : message,
    }));
  return [
    ...missing(errors),
    ...unknown(errors),
    ...faults.filter(({ message }) => message !== 'must not have additional properties'),
  ];
}

/** One fault at each missing member, instead of one list at the object. */
function missing(errors: SchemaErrors): Fault[] {
  return errors.flatMap((error) =>
    error.keyword === 'required'
      ? error.params.requiredProperties.map((name) => ({
          pointer: `${error.instancePath}/${name}`,
          message: 'is required',
        }))
      : [],
  );
}

function unknown(errors: SchemaErrors): Fault[] {
  return errors.flatMap((error) =>
    error.keyword === 'additionalProperties'
      ? error.params.additionalProperties.map((name) => ({
          pointer: `${error.instancePath}/${name}`,
          message: 'is not a field here',
        }))
      : [],
  );
}
