// Writes the documents that are made from the code, and golden payloads for events that have none yet.
// `npm run generate`; with --check it writes nothing and fails when one is out of date.
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
const { missingGolden } = await import('../test/golden/missing-golden.mjs');

const leavingOf = (type) => (leavesToAll(type) ? membersLeaving(type, 'all') : undefined);
const files = [
  ['docs/policies.md', policiesMarkdown()],
  ['docs/configuration.md', configurationMarkdown()],
  ['docs/events.md', eventsMarkdown(aggregates, leavingOf)],
  ['docs/openapi.json', await openApiText()],
  ...missingGolden(),
];

const stale = [];
for (const [path, text] of files) {
  // Narrow: it is long, and nobody reads it from the left edge.
  const shape = path === 'docs/openapi.json' ? { tabWidth: 1, printWidth: 110 } : {};
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
