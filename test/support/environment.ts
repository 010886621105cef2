/** The folder of this run, which is removed at its end. */
export function runFolder(): string {
  return setting('INQUEST_TEST_DIR');
}

/** What `global-setup.mjs` hands to every suite. */
export function setting(name: 'INQUEST_TEST_KEEPER_URL' | 'INQUEST_TEST_DIR'): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run the tests with jest.config.mjs.`);
  return value;
}

/** The environment of this process without settings of Inquest, for a process that gets its own. */
export function environmentWithoutSettings(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('INQUEST_'));
  return Object.fromEntries(others);
}
