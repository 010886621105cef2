import './engine-flags.js';
import { createHash } from 'node:crypto';
import {
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
  type CedarValueJson,
} from '@cedar-policy/cedar-wasm/nodejs';
import { BoundedCache } from './bounded-cache.js';
import type { Caller } from './caller.js';
import {
  InvalidPolicies,
  readPolicyFiles,
  staticPolicies,
  type ActionDeclared,
  type PolicyFiles,
  type PolicyText,
} from './policy-files.js';
import { rolesAmong, type Role } from './roles.js';

/** Types of which the policies look at no state. */
const plainTypes = ['Archive', 'Allegation', 'Incident', 'Evidence', 'Witness', 'Referral'] as const;
type PlainType = (typeof plainTypes)[number];

/**
 * What the caller wants to touch, with the state the policies look at. The state is not optional: a forgotten conflict
 * of interest would open the case. What does not exist yet is asked of the archive, and so are lists and figures.
 */
export type Resource =
  | { readonly type: PlainType }
  | {
      readonly type: 'Investigation';
      readonly stage: string;
      /** The subjects who declared a conflict of interest in it. */
      readonly conflicted: readonly string[];
    };

export type Asking = Pick<Caller, 'subject' | 'roles' | 'onBehalfOf'>;

export interface Question {
  readonly caller: Asking;
  /** A command's class name, or one of the schema's queries. */
  readonly action: string;
  readonly resource: Resource;
}

export interface Decision {
  readonly allowed: boolean;
  /** The policies that determined it: those that permit, or those that forbid; none when nothing permits. */
  readonly policies: readonly string[];
}

export interface Policy {
  /** Everything that can be asked for. */
  readonly actions: readonly ActionDeclared[];
  readonly texts: readonly PolicyText[];
  /** The states of a resource type that the policies tell apart, for whoever wants to ask about all of them. */
  readonly statesOf: (resourceType: string) => readonly Resource[];
  /**
   * Decides by the policies; what none permits is denied, an unknown action included. Throws for a resource that the
   * schema does not know for this action: a bug of whoever asks.
   */
  readonly decide: (question: Question) => Decision;
  /**
   * Whether the caller's roles could ever do this, to something in some state. Where not, 403 gives nothing away;
   * where so, a denial must look like what is not there.
   */
  readonly mayEver: (caller: Asking, action: string) => boolean;
}

/** Distinct questions are few (roles held together × actions × states); a real installation stays far below. */
const decisionsMax = 10_000;
const denied: Decision = Object.freeze({ allowed: false, policies: [] });

/** Loads and checks the policies of a folder, those that ship with the product unless told. Throws `InvalidPolicies`. */
export function loadPolicies(folder = new URL('../policies/', import.meta.url)): Policy {
  const files = readPolicyFiles(folder);
  const ask = preparsed(files);
  const declared = new Map(files.actions.map((action) => [action.name, action]));
  const decisions = new BoundedCache<string, Decision>(decisionsMax);

  const decide = ({ caller, action, resource }: Question): Decision => {
    if (!declared.has(action)) return denied;
    const asked: Asked = {
      roles: rolesAmong(caller.roles),
      action,
      type: resource.type,
      attributes: relevant(caller, resource),
    };
    const key = JSON.stringify(asked);
    const known = decisions.get(key);
    if (known !== undefined) return known;
    const decision = ask(asked);
    decisions.set(key, decision);
    return decision;
  };

  const statesOf = (type: string): readonly Resource[] => {
    if (type === 'Investigation')
      return (files.enumerations.get('Stage') ?? []).map((stage) => ({ type, stage, conflicted: [] }));
    const plain = plainTypes.find((known) => known === type);
    if (plain) return [{ type: plain }];
    throw new InvalidPolicies(`inquest.cedarschema: actions apply to ${type}, which is not a resource type`);
  };

  return {
    actions: files.actions,
    texts: files.policies,
    statesOf,
    decide,
    mayEver: (caller, action) =>
      (declared.get(action)?.resourceTypes ?? [])
        .flatMap(statesOf)
        .some((resource) => decide({ caller, action, resource }).allowed),
  };
}

/** All that Cedar is told. No id and no subject is in it, so a decision holds for everybody who asks the same. */
interface Asked {
  readonly roles: readonly Role[];
  readonly action: string;
  readonly type: Resource['type'];
  readonly attributes: Readonly<Record<string, CedarValueJson>>;
}

/** The resource's state as seen from the caller: relations instead of lists of people. */
function relevant(caller: Asking, resource: Resource): Asked['attributes'] {
  if (resource.type !== 'Investigation') return {};
  const { stage, conflicted } = resource;
  return {
    stage: { __entity: { type: 'Stage', id: stage } },
    callerHasConflict:
      conflicted.includes(caller.subject) ||
      (caller.onBehalfOf !== undefined && conflicted.includes(caller.onBehalfOf)),
  };
}

/** Parsing costs some 5 ms, so it is done once; Cedar keeps what it parsed by name, and equal files share one. */
function preparsed({ schema, policies }: PolicyFiles): (asked: Asked) => Decision {
  const texts = staticPolicies(policies);
  const name = createHash('sha256')
    .update(JSON.stringify([schema, texts]))
    .digest('hex');
  for (const parsed of [preparseSchema(name, schema), preparsePolicySet(name, { staticPolicies: texts })])
    if (parsed.type === 'failure')
      throw new InvalidPolicies(parsed.errors.map(({ message }) => message).join('; '));

  const principal = { type: 'Caller', id: 'caller' };
  return ({ roles, action, type, attributes }) => {
    const resource = { type, id: 'resource' };
    const answer = statefulIsAuthorized({
      principal,
      action: { type: 'Action', id: action },
      resource,
      context: {},
      preparsedPolicySetId: name,
      preparsedSchemaName: name,
      validateRequest: true,
      entities: [
        { uid: principal, attrs: {}, parents: roles.map((id) => ({ type: 'Role', id })) },
        { uid: resource, attrs: attributes, parents: [] },
      ],
    });
    // Cedar skips a policy that fails to evaluate, a forbidding one too: such an answer must not be used.
    const errors =
      answer.type === 'failure'
        ? answer.errors
        : answer.response.diagnostics.errors.map(({ error }) => error);
    if (answer.type === 'failure' || errors.length > 0)
      throw new Error(
        `${action} on ${type} cannot be decided: ${errors.map(({ message }) => message).join('; ')}`,
      );
    const { decision, diagnostics } = answer.response;
    return Object.freeze({
      allowed: decision === 'allow',
      policies: Object.freeze(diagnostics.reason.toSorted()),
    });
  };
}
