import { readFileSync } from 'node:fs';

/** Makes a value of a variable's text. Throws `Error` whose message says what is wrong with it, without quoting it. */
export type Parse<T> = (text: string) => T;

/** One environment variable: what it means, and how its text is read. */
export interface Setting<T = unknown> {
  readonly name: `INQUEST_${string}`;
  readonly doc: string;
  readonly example: string;
  readonly parse: Parse<T>;
  /** The text that stands for the variable when it is not set. */
  readonly fallback?: string;
  /** Never shown; may also be the content of the file that `<name>_FILE` names. */
  readonly secret?: boolean;
  /** `npm start` brings its own. */
  readonly unusedByStandalone?: true;
}

/** The variables that can give it. */
export function namesOf({ name, secret }: Setting): string[] {
  return secret ? [name, `${name}_FILE`] : [name];
}

export interface SettingWithFallback<T> extends Setting<T> {
  readonly fallback: string;
}

/** One variable and what is wrong with it. */
export interface SettingFault {
  readonly name: string;
  readonly problem: string;
  readonly example: string;
}

/** The environment does not say what it must. The message names every faulty variable; it holds no secret. */
export class InvalidConfiguration extends Error {
  override readonly name = 'InvalidConfiguration';
  constructor(readonly faults: readonly SettingFault[]) {
    super(
      faults.map(({ name, problem, example }) => `${name} ${problem}, for instance ${example}`).join('\n'),
    );
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The value, or `undefined` where neither the variable nor a fallback is there. Throws `InvalidConfiguration`. */
export function valueOf<T>(setting: Setting<T>, environment: Environment): T | undefined {
  const text = textOf(setting, environment) ?? setting.fallback;
  if (text === undefined) return undefined;
  try {
    return setting.parse(text);
  } catch (error) {
    throw fault(setting, error instanceof Error ? error.message : String(error));
  }
}

function textOf(setting: Setting, environment: Environment): string | undefined {
  const direct = given(environment[setting.name]);
  const file = setting.secret ? given(environment[`${setting.name}_FILE`]) : undefined;
  if (file === undefined) return direct;
  if (direct !== undefined) throw fault(setting, `is set beside ${setting.name}_FILE; one of them must go`);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const code =
      typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown error';
    throw fault(setting, `names a file in ${setting.name}_FILE that cannot be read (${code})`);
  }
}

/** An empty variable counts as one that is not set: compose files write `NAME=` for it. */
const given = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

export function fault({ name, example }: Setting, problem: string): InvalidConfiguration {
  return new InvalidConfiguration([{ name, problem, example }]);
}
