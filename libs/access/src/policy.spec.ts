import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as fc from 'fast-check';
import { loadPolicies, type Asking, type Resource } from './policy.js';
import { readPolicyFiles } from './policy-files.js';
import { policiesMarkdown } from './policies-markdown.js';
import { roles, type Role } from './roles.js';

const folder = new URL('../policies/', import.meta.url);
const policy = loadPolicies();
const names = policy.actions.map(({ name }) => name);
const stages = readPolicyFiles(folder).enumerations.get('Stage') ?? [];

const holding = (...held: Role[]): Asking => ({ subject: 'somebody', roles: held });
const inCase = (stage: string, ...conflicted: string[]): Resource => ({
  type: 'Investigation',
  stage,
  conflicted,
});
const may = (role: Role, action: string, resource: Resource) =>
  policy.decide({ caller: holding(role), action, resource }).allowed;

describe('the policies as files', () => {
  test('fit their schema, and the schema has the roles of the code', () => {
    expect(readPolicyFiles(folder).enumerations.get('Role')).toEqual(roles);
  });

  test('permit every action to somebody, and something to every role', () => {
    const everybody = roles.map((role) => holding(role));
    expect(names.filter((name) => !everybody.some((caller) => policy.mayEver(caller, name)))).toEqual([]);
    expect(everybody.filter((caller) => !names.some((name) => policy.mayEver(caller, name)))).toEqual([]);
  });

  test.each([
    ['a role that is none', 'permit (principal in Role::"Boss", action, resource);', /Boss/],
    ['an action that is none', 'permit (principal, action == Action::"Shred", resource);', /Shred/],
    [
      'an attribute that is none',
      'permit (principal, action, resource) when { resource.mood == "good" };',
      /mood/,
    ],
    [
      'a policy that can never apply',
      'permit (principal, action == Action::"ReadIncident", resource is Evidence);',
      /./,
    ],
    ['a broken line', 'permit (principal', /unexpected/],
  ])('are refused with %s', (_, text, message) => {
    const fault = { name: 'InvalidPolicies', message: expect.stringMatching(message) };
    withPolicy(`@id("x") @says("X.") ${text}`, (changed) =>
      expect(() => readPolicyFiles(changed)).toThrow(expect.objectContaining(fault)),
    );
  });

  test('are refused without plain words, and with an id that is taken', () => {
    const rest = 'permit (principal, action, resource is Evidence);';
    withPolicy(`@id("x") ${rest}`, (changed) => expect(() => readPolicyFiles(changed)).toThrow(/@says/));
    withPolicy(`@id("public-events") @says("X.") ${rest}`, (changed) =>
      expect(() => readPolicyFiles(changed)).toThrow(/two policies/),
    );
  });

  test('docs/policies.md is what the policies say', () => {
    expect(readFileSync(new URL('../../../docs/policies.md', import.meta.url), 'utf8')).toBe(
      policiesMarkdown(policy),
    );
  });
});

describe('deciding', () => {
  /** Every question that can be put for one role, with its answer. */
  const answers = roles.flatMap((role) =>
    policy.actions.flatMap(({ name, kind, resourceTypes }) =>
      resourceTypes.flatMap(policy.statesOf).map((resource) => {
        const caller = holding(role);
        return { role, name, kind, caller, ...policy.decide({ caller, action: name, resource }) };
      }),
    ),
  );
  const allowed = answers.filter((answer) => answer.allowed);

  test('names the policies that permit, and permits nothing that could never be', () => {
    expect(allowed.filter(({ policies }) => policies.length === 0)).toEqual([]);
    expect(allowed.filter(({ caller, name }) => !policy.mayEver(caller, name))).toEqual([]);
  });

  test('keeps auditors to reading, services to public events and administrators to operations', () => {
    const given = (role: Role) =>
      new Set(allowed.filter((answer) => answer.role === role).map(({ name }) => name));
    const reading = policy.actions.filter(({ kind }) => kind === 'Read').map(({ name }) => name);
    expect(given('Auditor')).toEqual(new Set(reading));
    expect(given('ServiceConsumer')).toEqual(new Set(['ReadPublicEvents']));
    expect(given('Administrator')).toEqual(new Set(['ManageProjections']));
  });

  const anyRoles = fc.subarray([...roles]);
  const anyQuestion = fc.constantFrom(...policy.actions).chain(({ name, resourceTypes }) =>
    fc.record({
      name: fc.constant(name),
      resource: fc.constantFrom(...resourceTypes.flatMap(policy.statesOf)),
    }),
  );

  test('gives who holds many roles what one of them gives, but for what is forbidden', () => {
    const asked = (held: readonly Role[], name: string, resource: Resource) =>
      policy.decide({ caller: holding(...held), action: name, resource }).allowed;
    fc.assert(
      fc.property(anyRoles, anyQuestion, (held, { name, resource }) => {
        const walled = held.includes('Administrator') || held.includes('Auditor');
        const one = held.some((role) => asked([role], name, resource));
        const all = asked(held, name, resource);
        expect(all).toBe(walled ? all && one : one);
      }),
    );
  });

  test('does not depend on the order of roles, nor on roles that do not exist', () => {
    fc.assert(
      fc.property(anyRoles, anyQuestion, (held, { name, resource }) => {
        const decision = policy.decide({ caller: holding(...held), action: name, resource });
        const turned = { subject: 'other', roles: [...held, ...held].toReversed() };
        expect(policy.decide({ caller: turned, action: name, resource })).toEqual(decision);
      }),
    );
  });

  test('denies without a role, with an unknown role and for an unknown action', () => {
    const nobody = holding();
    // A role as it could come from a careless caller: the type says no, the run time must too.
    const stranger: Asking = JSON.parse('{ "subject": "somebody", "roles": ["Emperor", "prosecutor"] }');
    for (const caller of [nobody, stranger])
      for (const { name, resourceTypes } of policy.actions) {
        expect(policy.mayEver(caller, name)).toBe(false);
        for (const resource of resourceTypes.flatMap(policy.statesOf))
          expect(policy.decide({ caller, action: name, resource })).toEqual({ allowed: false, policies: [] });
      }
    for (const action of ['DestroyEvidence', '', 'Read', 'Write', 'linkEvidence', '__proto__']) {
      expect(policy.decide({ caller: holding(...roles), action, resource: inCase('opened') }).allowed).toBe(
        false,
      );
      expect(policy.mayEver(holding(...roles), action)).toBe(false);
    }
  });

  test('throws for a resource or a state that the action does not know', () => {
    expect(() => may('Prosecutor', 'LinkEvidence', { type: 'Evidence' })).toThrow(/cannot be decided/);
    expect(() => may('Prosecutor', 'LinkEvidence', inCase('Opened'))).toThrow(/cannot be decided/);
  });
});

describe('a conflict of interest', () => {
  const conflicted = { subject: 'alder', roles: ['SupervisingProsecutor', 'Auditor'] } as const;
  const onCases = policy.actions.filter(({ resourceTypes }) => resourceTypes.includes('Investigation'));

  test('closes the case to who declared it, for reading and for acting, whatever the role and stage', () => {
    for (const { name } of onCases.filter(({ name: action }) => action !== 'DeclareConflict'))
      for (const stage of stages)
        for (const role of roles) {
          const caller = { subject: 'alder', roles: [role] };
          expect(
            policy.decide({ caller, action: name, resource: inCase(stage, 'birch', 'alder') }).allowed,
          ).toBe(false);
        }
  });

  test('is named as the reason, and does not touch other cases, other people or what else the role may', () => {
    const resource = inCase('opened', 'alder');
    expect(policy.decide({ caller: conflicted, action: 'ReadInvestigation', resource }).policies).toEqual([
      'conflict-of-interest',
    ]);
    expect(may('SupervisingProsecutor', 'ReadInvestigation', resource)).toBe(true);
    expect(
      policy.decide({ caller: conflicted, action: 'ReadInvestigation', resource: inCase('opened') }).allowed,
    ).toBe(true);
    expect(policy.mayEver(conflicted, 'ReadInvestigation')).toBe(true);
  });

  test('can be declared again', () => {
    const caller = { subject: 'alder', roles: ['Prosecutor'] } as const;
    expect(
      policy.decide({ caller, action: 'DeclareConflict', resource: inCase('opened', 'alder') }).allowed,
    ).toBe(true);
  });

  test('holds for a service that acts on behalf of who declared it', () => {
    const caller = { subject: 'service', roles: ['Prosecutor'], onBehalfOf: 'alder' } as const;
    expect(
      policy.decide({ caller, action: 'LinkEvidence', resource: inCase('opened', 'alder') }).allowed,
    ).toBe(false);
    expect(
      policy.decide({ caller, action: 'LinkEvidence', resource: inCase('opened', 'birch') }).allowed,
    ).toBe(true);
  });
});

describe('decisions reserved to some', () => {
  // Where a step needs a supervising prosecutor the decision says so, by name; a policy could only say "not found".
  test('every prosecutor may ask to advance a case, at every stage', () => {
    for (const stage of stages)
      expect(roles.filter((role) => may(role, 'AdvanceInvestigation', inCase(stage)))).toEqual([
        'Prosecutor',
        'SupervisingProsecutor',
      ]);
  });

  test.each([
    ['ApproveClosure', inCase('chargingReview'), ['SupervisingProsecutor']],
    ['AssessVerification', { type: 'Incident' }, ['Verifier']],
    ['SealEvidence', { type: 'Evidence' }, ['Investigator', 'EvidenceCustodian']],
    ['UnsealIdentity', { type: 'Witness' }, ['WitnessProtectionOfficer']],
    ['ApproveErasure', { type: 'Witness' }, ['SupervisingProsecutor', 'WitnessProtectionOfficer']],
    ['ReadAccesses', { type: 'Witness' }, ['SupervisingProsecutor', 'Auditor']],
    ['ReadEvents', { type: 'Archive' }, ['Auditor']],
    ['ReadPublicEvents', { type: 'Archive' }, ['Auditor', 'ServiceConsumer']],
    ['ManageProjections', { type: 'Archive' }, ['Administrator']],
  ] satisfies [string, Resource, Role[]][])('%s', (action, resource, expected) => {
    expect(roles.filter((role) => may(role, action, resource))).toEqual(expected);
  });

  test('an auditor writes nothing and an administrator sees no case, whatever else they are', () => {
    const left = (...held: Role[]) =>
      new Set(
        policy.actions.filter(({ name }) => policy.mayEver(holding(...held), name)).map(({ kind }) => kind),
      );
    expect(left('Auditor', 'Prosecutor')).toEqual(new Set(['Read']));
    expect(left('Administrator', 'Prosecutor')).toEqual(new Set(['Operate']));
    expect(left(...roles)).toEqual(new Set());
  });
});

/** A copy of the policies with one file more. */
function withPolicy(text: string, check: (folder: URL) => void): void {
  const copy = mkdtempSync(join(tmpdir(), 'inquest-policies-'));
  try {
    cpSync(folder, copy, { recursive: true });
    writeFileSync(join(copy, 'more.cedar'), text);
    check(pathToFileURL(`${copy}/`));
  } finally {
    rmSync(copy, { recursive: true });
  }
}
