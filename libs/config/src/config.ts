import {
  type Environment,
  fault,
  InvalidConfiguration,
  namesOf,
  type Setting,
  type SettingFault,
  type SettingWithFallback,
  valueOf,
} from './setting.js';
import { settings } from './settings.js';

type ValueOf<S> =
  S extends SettingWithFallback<infer T> ? T : S extends Setting<infer T> ? T | undefined : never;

/** The environment, parsed once. What has no fallback may be `undefined`; `required` says who needs it. */
export type Config = { readonly [K in keyof typeof settings]: ValueOf<(typeof settings)[K]> } & {
  /** Variables that look like ours and are not: most likely misspelt. */
  readonly unknownNames: readonly string[];
  /** Variables that are set and that `npm start` does not use. */
  readonly unusedByStandalone: readonly string[];
};

/** Parses the environment. Throws `InvalidConfiguration` with every fault at once. */
export function readConfig(environment: Environment = process.env): Config {
  const faults: SettingFault[] = [];
  const values = Object.entries(settings).map(([key, setting]): [string, unknown] => {
    try {
      return [key, valueOf<unknown>(setting, environment)];
    } catch (error) {
      if (!(error instanceof InvalidConfiguration)) throw error;
      faults.push(...error.faults);
      return [key, undefined];
    }
  });
  if (faults.length > 0) throw new InvalidConfiguration(faults);
  const config = {
    ...Object.fromEntries(values),
    unknownNames: unknownNames(environment),
    unusedByStandalone: unusedByStandalone(environment),
  };
  if (!isComplete(config)) throw new Error('a setting was left out');
  return config;
}

/** Each value comes from the parser that stands under the same key in `settings`, which gives it its type. */
function isComplete(values: object): values is Config {
  return Object.keys(settings).every((key) => key in values);
}

type Given<K extends keyof typeof settings> = Config & { readonly [P in K]: NonNullable<Config[P]> };

/** The same configuration, with these known to be set. Throws `InvalidConfiguration` with every one that is not. */
export function required<K extends keyof typeof settings>(config: Config, ...keys: readonly K[]): Given<K> {
  if (hasAll(config, keys)) return config;
  throw new InvalidConfiguration(
    keys
      .filter((key) => config[key] === undefined)
      .flatMap((key) => fault(settings[key], 'is needed and not set').faults),
  );
}

function hasAll<K extends keyof typeof settings>(config: Config, keys: readonly K[]): config is Given<K> {
  return keys.every((key) => config[key] !== undefined);
}

function unusedByStandalone(environment: Environment): string[] {
  return Object.values<Setting>(settings)
    .filter((setting) => setting.unusedByStandalone)
    .flatMap(namesOf)
    .filter((name) => (environment[name] ?? '') !== '');
}

function unknownNames(environment: Environment): string[] {
  const known = new Set<string>(Object.values<Setting>(settings).flatMap(namesOf));
  return Object.keys(environment).filter(
    (name) => name.startsWith('INQUEST_') && !name.startsWith('INQUEST_TEST_') && !known.has(name),
  );
}
