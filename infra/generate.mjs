// Writes the documents that are made from the code, and golden payloads for events that have none yet.
// `npm run generate`; with --check it writes nothing and fails when one is out of date. Neither lets a change of the
// public contract pass that its consumers would break on.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { format } from 'prettier';
import { eventsMarkdown } from './events-markdown.mjs';

const { values: options } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

const { policiesMarkdown } = await import('#access');
const { configurationMarkdown } = await import('#config');
const { aggregates, leavesToAll, membersLeaving } = await import('#domain');
const { asyncApiDocument, breakingChanges } = await import('#public-contract');
const { missingGolden } = await import('../test/golden/missing-golden.mjs');

const golden = missingGolden();
const leavingOf = (type) => (leavesToAll(type) ? membersLeaving(type, 'all') : undefined);
const files = [
  ['docs/asyncapi.json', asyncApiText()],
  ['docs/policies.md', policiesMarkdown()],
  ['docs/configuration.md', configurationMarkdown()],
  ['docs/events.md', eventsMarkdown(aggregates, leavingOf)],
  ['docs/openapi.json', await openApiText()],
  ...golden,
];

const stale = [];
for (const [path, text] of files) {
  // Narrow: they are long, and nobody reads them from the left edge.
  const shape = path.startsWith('docs/') ? { tabWidth: 1, printWidth: 110 } : {};
  const wanted = path.endsWith('.json') ? await format(text, { parser: 'json', ...shape }) : text;
  if (wanted === contentOf(path)) continue;
  stale.push(path);
  if (!options.check) writeFileSync(path, wanted);
}
if (options.check && stale.length > 0) {
  console.error(`Out of date, run npm run generate: ${stale.join(', ')}`);
  process.exit(1);
}
console.error(stale.length === 0 ? 'Everything generated is up to date.' : `Written: ${stale.join(', ')}`);

function contentOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** The document of the public topics. Ends the process where it would break those who rely on the committed one. */
function asyncApiText() {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const added = new Map(golden);
  const sampleOf = (type, schemaVersion) => {
    const path = `test/golden/${type}.v${schemaVersion}.json`;
    return added.get(path) ?? readFileSync(path, 'utf8');
  };
  const made = asyncApiDocument({ version, sampleOf });
  const committed = contentOf('docs/asyncapi.json');
  if (committed !== undefined) keepContract(breakingChanges(JSON.parse(committed), made));
  return JSON.stringify(made);
}

function keepContract(broken) {
  if (broken.length === 0) return;
  console.error(
    `Consumers of docs/asyncapi.json would break:\n${broken.map((change) => `  ${change}\n`).join('')}`,
  );
  console.error(
    'Leave what they rely on as it is and add to it, or raise the version of the topic in\n' +
      'libs/public-contract/src/topics.ts, so that the change is in a new one (.v2) and the old one keeps its word.',
  );
  process.exit(1);
}

/** The document as a running standalone serves it. */
async function openApiText() {
  const data = mkdtempSync(join(tmpdir(), 'inquest-generate-'));
  const options = ['--json', '--empty', '--port', '0', '--data', data];
  const standalone = spawn(process.execPath, ['dist/apps/standalone/src/main.js', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = await Promise.race([
      once(createInterface({ input: standalone.stdout }), 'line'),
      once(standalone, 'exit').then(() => Promise.reject(new Error('The standalone did not start.'))),
    ]);
    const response = await fetch(`${JSON.parse(line).url}/openapi.json`);
    return await response.text();
  } finally {
    standalone.kill('SIGTERM');
    if (standalone.exitCode === null) await once(standalone, 'exit');
    rmSync(data, { recursive: true, force: true });
  }
}
