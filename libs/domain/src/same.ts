import { canonicalJson } from '#event-sourcing';

/** Whether two values say the same as JSON, whatever the order of their members. */
export function isSame(one: unknown, other: unknown): boolean {
  return canonicalJson(one) === canonicalJson(other);
}

/** Whether two objects say the same but for these members. */
export function isSameBut(one: object, other: object, ...apart: readonly string[]): boolean {
  const compared = (value: object) =>
    Object.fromEntries(Object.entries(value).filter(([name]) => !apart.includes(name)));
  return isSame(compared(one), compared(other));
}

/** The wanted members that differ from how they are now. */
export function differing<Wanted extends object>(now: object, wanted: Wanted): Partial<Wanted> {
  const current = new Map<string, unknown>(Object.entries(now));
  const different: Partial<Wanted> = { ...wanted };
  for (const name in wanted) if (isSame(wanted[name], current.get(name))) delete different[name];
  return different;
}

/** Whether two names name the same: as people write them, whatever the case, the width of letters or the space around. */
export const isSameName = (one: string, other: string): boolean => plain(one) === plain(other);

/** A name in the form in which names are compared. */
export const plain = (name: string): string => name.normalize('NFKC').trim().toLowerCase();
