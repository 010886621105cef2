import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { readConfig } from '#config';
import { onStopSignal } from '#process';
import { readOptions } from './options.js';
import { type Standalone, startStandalone } from './standalone.js';

/** `npm start`: prints what is going on, then where everything is, and runs until it is told to stop. */
async function main(): Promise<void> {
  const config = readConfig();
  const options = readOptions(process.argv.slice(2), config.port);
  // Only the line of --json goes to standard output: somebody's program reads it.
  const say = (line: string) => process.stderr.write(`${line}\n`);
  for (const name of config.unknownNames)
    say(`${name} is set and means nothing here; docs/configuration.md has all names.`);
  for (const name of config.unusedByStandalone)
    say(`${name} is set, and npm start does not use it: it brings its own.`);

  const starting = startStandalone({
    ...options,
    config,
    version: versionOf(),
    progress: (line) => say(`${line} …`),
    onFailure: (error) => fail(error),
  });
  stopOnSignal(starting, say);
  const running = await starting;
  if (options.json) {
    const { url, docs, data, tokens } = running;
    process.stdout.write(`${JSON.stringify({ ready: true, url, docs, data, tokens })}\n`);
  } else {
    process.stdout.write(welcome(running));
  }
}

function welcome({ url, docs, data, password }: Standalone): string {
  return `
Inquest is ready.

  API             ${url}/v1
  Documentation   ${docs}
                  sign in as a demo user, for instance "prosecutor", password ${password}
  Tokens          ${data}/tokens.json, one for each demo user
  Data            ${data}

The case board of the demonstration case:

  TOKEN=$(node -p 'require("${data}/tokens.json").Prosecutor')
  curl -s -H "Authorization: Bearer $TOKEN" ${url}/v1/investigations

Ctrl-C stops it; everything is kept.
`;
}

/** Stops in order, also while the start is still under way. */
function stopOnSignal(starting: Promise<Standalone>, say: (line: string) => void): void {
  onStopSignal(() => {
    say('Stopping …');
    starting
      .then((running) => running.stop())
      .then(() => process.exit(0))
      .catch(fail);
  });
}

function versionOf(): string {
  const text = readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8');
  const { version }: { version?: unknown } = JSON.parse(text);
  return String(version);
}

/** What went wrong, in words for whoever started it; with the stack where it can only be our own mistake. */
function fail(error: unknown): never {
  const told = error instanceof Error && !(error instanceof TypeError) ? error.message : inspect(error);
  process.stderr.write(`Inquest cannot run: ${told}\n`);
  process.exit(1);
}

main().catch(fail);
