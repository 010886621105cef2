/**
 * Takes a value to be of a type that the compiler cannot see it has. The only such place in the program (the lint
 * refuses casts elsewhere); each caller says what makes it true.
 */
export function trust<T>(value: unknown): T {
  return value as T;
}
