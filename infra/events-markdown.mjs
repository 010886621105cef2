// The event catalogue for people: every event with its version and its fields.

/**
 * Markdown of all events of the given aggregates; `leavingOf` gives the members of a type that leave to all, nothing where
 * it never leaves. Deterministic.
 */
export function eventsMarkdown(aggregates, leavingOf) {
  const parts = [
    '<!-- Generated from libs/domain by `npm run generate`; do not edit. -->',
    '',
    '# Events',
    '',
    'Every event also carries its envelope: `id`, `stream`, `revision`, `position`, `type`, `schemaVersion`, `recordedAt`,',
    'and `metadata` with `commandId`, `commandHash`, `correlationId`, `causationId`, `actor`, `compartments` and, where one',
    'was given, `reason`. A field with a question mark may be absent. _To all_ is what services of other institutions get',
    'unless something withholds it, see [decision 9](decisions/0009-what-withholds-an-event-from-all.md).',
  ];
  for (const { category, events } of aggregates) {
    parts.push('', `## ${category}`, '', `In streams \`${category}-<uuid>\`.`);
    for (const { type, schemaVersion, schema } of events.definitions) {
      parts.push(
        '',
        `### ${type}`,
        '',
        `Version ${schemaVersion}. ${told(leavingOf(type))}`,
        '',
        ...members(schema, ''),
      );
    }
  }
  return `${parts.join('\n')}\n`;
}

function told(leaving) {
  if (leaving === undefined) return 'Stays here.';
  if (leaving.length === 0) return 'To all: that it happened.';
  return `To all: ${leaving.map((path) => `\`${path}\``).join(', ')}.`;
}

function members(schema, indent) {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => [
    `${indent}- \`${name}${required.has(name) ? '' : '?'}\`: ${kindOf(member)}`,
    ...choices(member).flatMap((choice) => members(choice, `${indent}  `)),
  ]);
}

/** The objects inside a value whose members are worth a list of their own. */
function choices(schema) {
  if (schema.anyOf) return schema.anyOf.flatMap(choices);
  if (schema.type === 'array') return choices(schema.items);
  if (schema.patternProperties) return Object.values(schema.patternProperties).flatMap(choices);
  return schema.type === 'object' ? [schema] : [];
}

function kindOf(schema) {
  if (schema.enum) return schema.enum.map((word) => `\`${word}\``).join(', ');
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.anyOf) return [...new Set(schema.anyOf.map(kindOf))].join(' or ');
  if (schema.type === 'array') return `list of: ${kindOf(schema.items)}`;
  if (schema.patternProperties) return `by id: ${kindOf(Object.values(schema.patternProperties)[0])}`;
  if (schema.type === 'object') return 'object';
  if (schema.format) return schema.format;
  if (schema.pattern?.startsWith('^[0-9a-f]{8}-')) return 'UUID';
  if (schema.type === 'string' && schema.maxLength) return `text, at most ${schema.maxLength}`;
  return schema.type;
}
