import { ValidateBy, ValidateIf, type ValidationArguments, type ValidationError } from 'class-validator';
import { IsOptional, type Static, type TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { Settings } from 'typebox/system';
import { Clear } from './protected.js';
import { trust } from './trust.js';

/** TypeBox stops after so many errors; its own 8 would hide most of what is wrong, and the rest comes one by one. */
Settings.Set({ maxErrors: 200 });

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
  readonly sealed: boolean;
  readonly faults: (value: unknown, command: object) => Fault[];
}

const fieldsByClass = new Map<object, Map<string, FieldEntry>>();

/**
 * Declares a command's field by the value's one schema: class-validator checks it by that schema, the edge documents
 * it by that schema, and `faultsOf` says everything that is wrong inside it.
 */
export function Field<S extends TSchema>(schema: S, rule?: FieldRule<S>): PropertyDecorator {
  return declared(schema, false, rule);
}

/**
 * A field that is checked like any other and then held as `Clear`: it is sealed before it is stored, left out of the
 * command's hash, and told to nobody.
 */
export function SealedField(schema: TSchema): PropertyDecorator {
  return declared(schema, true);
}

/** Wraps the sealed fields of a command whose fields are in order. */
export function enclose(command: object): void {
  for (const [name, { sealed }] of fieldsByClass.get(command.constructor) ?? []) {
    const value: unknown = Reflect.get(command, name);
    if (sealed && value !== undefined && !(value instanceof Clear))
      Reflect.set(command, name, new Clear(value));
  }
}

function declared<S extends TSchema>(schema: S, sealed: boolean, rule?: FieldRule<S>): PropertyDecorator {
  const faultsInValue = faultsBy(schema);
  const faults = (given: unknown, command: object): Fault[] => {
    if (given === undefined) return [{ pointer: '', message: 'is required' }];
    const value = sealed && given instanceof Clear ? given.reveal() : given;
    const found = faultsInValue(value);
    if (found.length > 0) return found;
    // It passed the check of S just above.
    const message = rule?.(trust<Static<S>>(value), { ...command });
    return message === undefined ? [] : [{ pointer: '', message }];
  };
  return (target, property) => {
    const name = String(property);
    const fields = fieldsByClass.get(target.constructor) ?? new Map<string, FieldEntry>();
    fields.set(name, { schema, sealed, faults });
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

/** What is wrong with a value of this schema, in words; nothing where it is in order. Compiled when it is first asked. */
export function faultsBy(schema: TSchema): (value: unknown) => Fault[] {
  let validator: Validator | undefined;
  return (value) => {
    validator ??= Compile(schema);
    return validator.Check(value) ? [] : readable(schema, validator.Errors(value));
  };
}

/** The fields of a command class with their schemas, in the order they are written. */
export function fieldsOf(command: new () => object): ReadonlyMap<string, TSchema> {
  return new Map([...(fieldsByClass.get(command) ?? [])].map(([name, entry]) => [name, entry.schema]));
}

/** Everything that class-validator found wrong, down to the value inside the field. */
export function faultsOf(errors: readonly ValidationError[]): Fault[] {
  return errors.flatMap(({ target, property, value }) => {
    const pointer = `/${escaped(property)}`;
    const entry = target && fieldsByClass.get(target.constructor)?.get(property);
    if (!entry) return [{ pointer, message: 'is not a field of this command' }];
    return entry.faults(value, target).map((fault) => ({ ...fault, pointer: pointer + fault.pointer }));
  });
}

type SchemaError = ReturnType<Validator['Errors']>[number];

/**
 * Each place that is wrong once, in words, without the lines that only say the same of the whole. Never empty: what
 * failed the check is told although there may be no words for why.
 */
function readable(schema: TSchema, errors: readonly SchemaError[]): Fault[] {
  const faultsAt = new Map<string, (Fault & { path: string })[]>();
  for (const fault of errors.flatMap((error) => faultsIn(schema, error)))
    faultsAt.set(fault.pointer, [...(faultsAt.get(fault.pointer) ?? []), fault]);
  if (faultsAt.size === 0) return [{ pointer: errors[0]?.instancePath ?? '', message: 'is not valid' }];
  return [...faultsAt].map(([pointer, here]) => {
    const messages = new Set(here.map(({ message }) => message));
    return { pointer, message: [...messages].join(here.some(isChoice) ? ' or ' : '; ') };
  });
}

function faultsIn(schema: TSchema, error: SchemaError): (Fault & { path: string })[] {
  const at = (pointer: string, message: string) => ({ pointer, message, path: error.schemaPath });
  switch (error.keyword) {
    case 'required':
      return error.params.requiredProperties.map((name) =>
        at(`${error.instancePath}/${escaped(name)}`, 'is required'),
      );
    case 'boolean':
      return [at(error.instancePath, 'is not a field here')];
    case 'enum':
      return [
        at(
          error.instancePath,
          `must be one of ${error.params.allowedValues.map((word) => JSON.stringify(word)).join(', ')}`,
        ),
      ];
    case 'const':
      return [at(error.instancePath, `must be ${JSON.stringify(error.params.allowedValue)}`)];
    // Each member was told already, and each choice.
    case 'additionalProperties':
    case 'anyOf':
      return [];
    case 'format':
    case 'pattern':
      return [at(error.instancePath, wordsAt(schema, error.schemaPath) ?? error.message)];
    default:
      return [at(error.instancePath, error.message)];
  }
}

const isChoice = ({ path }: { path: string }): boolean => path.includes('/anyOf/');
const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** What a value is to be, in the words of its own schema or by its example: a pattern tells nobody. */
function wordsAt(schema: TSchema, schemaPath: string): string | undefined {
  let part: unknown = schema;
  for (const step of schemaPath.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof part !== 'object' || part === null) return undefined;
    part = Object.entries(part).find(([member]) => member === name)?.[1];
  }
  if (typeof part !== 'object' || part === null) return undefined;
  if ('description' in part && typeof part.description === 'string') return `must be ${part.description}`;
  if ('examples' in part && Array.isArray(part.examples)) return `must look like ${String(part.examples[0])}`;
  return undefined;
}
