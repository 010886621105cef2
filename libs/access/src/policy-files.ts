import './engine-flags.js';
import { readFileSync, readdirSync } from 'node:fs';
import {
  policySetTextToParts,
  policyToJson,
  schemaToJson,
  validate,
  type DetailedError,
  type SchemaJson,
} from '@cedar-policy/cedar-wasm/nodejs';

/** One policy as it stands in its file. */
export interface PolicyText {
  readonly id: string;
  /** What it says, in plain words. */
  readonly says: string;
  readonly effect: 'permit' | 'forbid';
  /** Name of its file without the ending. */
  readonly file: string;
  readonly text: string;
}

/** One thing that can be asked for, as the schema names it. */
export interface ActionDeclared {
  readonly name: string;
  /** Whether it reads or writes case data, or runs the system. */
  readonly kind: (typeof kinds)[number];
  readonly resourceTypes: readonly string[];
}

export interface PolicyFiles {
  readonly schema: string;
  readonly policies: readonly PolicyText[];
  readonly actions: readonly ActionDeclared[];
  /** The values of the enumerated entity types (`Role`, `Stage`). */
  readonly enumerations: ReadonlyMap<string, readonly string[]>;
}

/** A policy file or the schema is wrong; nothing may start with it. The message names the file and the fault. */
export class InvalidPolicies extends Error {
  override readonly name = 'InvalidPolicies';
}

/**
 * Reads and checks `inquest.cedarschema` and every `*.cedar` of a folder. Throws `InvalidPolicies` for what does not
 * parse or fit the schema, warnings included, and for a policy without `@id` or `@says`, or with another's id.
 */
export function readPolicyFiles(folder: URL): PolicyFiles {
  const schema = readFileSync(new URL('inquest.cedarschema', folder), 'utf8');
  const names = readdirSync(folder).filter((name) => name.endsWith('.cedar'));
  const policies = names
    .toSorted()
    .flatMap((name) => policiesIn(name.replace(/\.cedar$/, ''), readFileSync(new URL(name, folder), 'utf8')));
  const ids = policies.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new InvalidPolicies(`two policies are called ${twice}`);

  const parsed = schemaToJson(schema);
  if (parsed.type === 'failure') throw faults('inquest.cedarschema', parsed.errors);
  const checked = validate({ schema, policies: { staticPolicies: staticPolicies(policies) } });
  if (checked.type === 'failure') throw faults('the policies', checked.errors);
  const wrong = [...checked.validationErrors, ...checked.validationWarnings];
  if (wrong.length > 0)
    throw faults('the policies', [...wrong.map(({ error }) => error), ...checked.otherWarnings]);
  return { schema, policies, ...declaredIn(parsed.json) };
}

export function staticPolicies(policies: readonly PolicyText[]): Record<string, string> {
  return Object.fromEntries(policies.map(({ id, text }) => [id, text]));
}

function policiesIn(file: string, content: string): PolicyText[] {
  const parts = policySetTextToParts(content);
  if (parts.type === 'failure') throw faults(`${file}.cedar`, parts.errors);
  return parts.policies.map((text) => {
    const parsed = policyToJson(text);
    if (parsed.type === 'failure') throw faults(`${file}.cedar`, parsed.errors);
    const { effect, annotations } = parsed.json;
    const id = annotations?.['id'];
    const says = annotations?.['says'];
    if (!id || !says) throw new InvalidPolicies(`${file}.cedar: a policy without @id or @says: ${text}`);
    return { id, says, effect, file, text };
  });
}

/** What an action may be; the groups of the schema. */
const kinds = ['Read', 'Write', 'Unseal', 'Operate'] as const;

function declaredIn(schema: SchemaJson<string>): Pick<PolicyFiles, 'actions' | 'enumerations'> {
  const { actions = {}, entityTypes = {} } = schema[''] ?? {};
  const enumerations = new Map<string, readonly string[]>();
  for (const [name, type] of Object.entries(entityTypes))
    if ('enum' in type) enumerations.set(name, type.enum);
  const declared = Object.entries(actions).flatMap(([name, { appliesTo, memberOf = [] }]) => {
    const resourceTypes = appliesTo?.resourceTypes ?? [];
    if (resourceTypes.length === 0) return [];
    const [group] = memberOf;
    const kind = kinds.find((known) => known === group?.id);
    if (kind === undefined)
      throw new InvalidPolicies(`inquest.cedarschema: ${name} is in none of ${kinds.join(', ')}`);
    return [{ name, kind, resourceTypes }];
  });
  return { actions: declared.toSorted((a, b) => (a.name < b.name ? -1 : 1)), enumerations };
}

function faults(where: string, errors: readonly DetailedError[]): InvalidPolicies {
  return new InvalidPolicies(`${where}: ${errors.map(({ message }) => message).join('; ')}`);
}
