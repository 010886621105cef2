import type { ActionDeclared } from './policy-files.js';
import { loadPolicies, type Policy, type Resource } from './policy.js';
import { roles, type Role } from './roles.js';

/** docs/policies.md: who may do what, found by asking the policies, and what each of them says. */
export function policiesMarkdown(policy: Policy = loadPolicies()): string {
  return [
    '<!-- Generated from libs/access/policies by `npm run generate`; do not edit. -->',
    '# Who may do what',
    'Found by asking the policies in `libs/access/policies` for every role alone. What no policy permits is denied. ' +
      '● means always; otherwise the stages of the case at which it is permitted are named. A role that is not in a ' +
      'table may do nothing of it. What else must hold for a decision, a second person above all, is checked by the ' +
      'decision itself.',
    ...sections.flatMap(([type, title]) => section(policy, type, title)),
    '## The policies',
    ...files(policy).map((file) => policiesOf(policy, file)),
  ]
    .join('\n\n')
    .concat('\n');
}

const sections: readonly (readonly [Resource['type'], string])[] = [
  ['Archive', 'The archive: new records, lists, figures and the log'],
  ['Allegation', 'An allegation'],
  ['Incident', 'An incident'],
  ['Investigation', 'An investigation'],
  ['Evidence', 'An item of evidence'],
  ['Witness', 'A witness'],
  ['Referral', 'A referral'],
];

function section(policy: Policy, type: Resource['type'], title: string): string[] {
  const actions = policy.actions.filter(({ resourceTypes }) => resourceTypes.includes(type));
  const states = policy.statesOf(type);
  const columns = roles.filter((role) =>
    actions.some(({ name }) => permitted(policy, role, name, states).length > 0),
  );
  const row = ({ name, kind }: ActionDeclared) => [
    `\`${name}\``,
    kind.toLowerCase(),
    ...columns.map((role) => cell(permitted(policy, role, name, states), states)),
    permitting(policy, columns, name, states).join(', '),
  ];
  return [
    `## ${title}`,
    table(['', '', ...columns, 'by'], actions.toSorted((a, b) => byKind(a) - byKind(b)).map(row)),
  ];
}

const byKind = ({ kind }: ActionDeclared) => ['Write', 'Read', 'Unseal', 'Operate'].indexOf(kind);

function ask(policy: Policy, role: Role, action: string, resource: Resource) {
  return policy.decide({ caller: { subject: 'anybody', roles: [role] }, action, resource });
}

/** The states of the resource in which somebody with this role alone may do it. */
function permitted(
  policy: Policy,
  role: Role,
  action: string,
  states: readonly Resource[],
): readonly Resource[] {
  return states.filter((resource) => ask(policy, role, action, resource).allowed);
}

function permitting(policy: Policy, columns: readonly Role[], action: string, states: readonly Resource[]) {
  const ids = columns.flatMap((role) =>
    permitted(policy, role, action, states).flatMap(
      (resource) => ask(policy, role, action, resource).policies,
    ),
  );
  return [...new Set(ids)].toSorted();
}

function cell(allowed: readonly Resource[], states: readonly Resource[]): string {
  if (allowed.length === states.length) return '●';
  return allowed.map((resource) => ('stage' in resource ? resource.stage : resource.type)).join(', ');
}

function files(policy: Policy): string[] {
  return [...new Set(policy.texts.map(({ file }) => file))];
}

function policiesOf(policy: Policy, file: string): string {
  const texts = policy.texts.filter((text) => text.file === file);
  const lines = texts.map(
    ({ id, says, effect }) => `- \`${id}\`${effect === 'forbid' ? ' (forbids)' : ''}: ${says}`,
  );
  return [`### ${file}`, '', ...lines].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
