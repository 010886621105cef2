import { IsObject, IsOptional, type TSchema, Type } from 'typebox';
import type { EventDefinition } from '#event-sourcing';
import { membersLeaving } from './public-form.js';

/**
 * The schema of an event's newest shape as all may have it: the members that leave, each as optional as it is along its
 * way. It takes members it does not know, as whoever reads it must: more of them may come.
 */
export function publicSchema({ type, schema }: EventDefinition): TSchema {
  return picked(
    schema,
    membersLeaving(type, 'all').map((path) => path.split('.')),
  );
}

function picked(schema: TSchema, paths: readonly (readonly string[])[]): TSchema {
  if (paths.some((path) => path.length === 0)) return schema;
  if (!IsObject(schema)) throw new Error(`no member can be picked from ${JSON.stringify(schema)}`);
  const names = new Set(paths.flatMap(([name]) => name ?? []));
  const members = [...names].map((name): [string, TSchema] => {
    const member: TSchema | undefined = schema.properties[name];
    if (member === undefined) throw new Error(`there is no member ${name}`);
    const part = picked(
      member,
      paths.filter(([first]) => first === name).map(([, ...rest]) => rest),
    );
    return [name, IsOptional(member) ? Type.Optional(part) : part];
  });
  return Type.Object(Object.fromEntries(members));
}
