/** One value that differs, at an RFC 6901 JSON pointer; a side that has nothing there is absent. */
export interface Change {
  readonly pointer: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** What changed between two JSON values, member by member; list items are compared by their place. */
export function diff(from: unknown, to: unknown, pointer = ''): Change[] {
  if (Object.is(from, to)) return [];
  if (!isContainer(from) || !isContainer(to) || Array.isArray(from) !== Array.isArray(to))
    return [{ pointer, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
  const before = new Map(Object.entries(from));
  const after = new Map(Object.entries(to));
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) =>
    diff(before.get(key), after.get(key), `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
