// Writes the documents that are made from the code, and golden payloads for events that have none yet.
// `npm run generate`; with --check it writes nothing and fails when one is out of date.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import prettier from 'prettier';
import { eventsMarkdown } from './events-markdown.mjs';

const { values: options } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

const { policiesMarkdown } = await import('#access');
const { configurationMarkdown } = await import('#config');
const { aggregates } = await import('#domain');
const built = (path) => import(pathToFileURL(`dist/${path}`).href);
const { openApiDocument } = await built('apps/api/src/openapi/document.js');
const { missingGolden } = await import('../test/golden/missing-golden.mjs');

const files = [
  ['docs/policies.md', policiesMarkdown()],
  ['docs/configuration.md', configurationMarkdown()],
  ['docs/events.md', eventsMarkdown(aggregates)],
  ['docs/openapi.json', JSON.stringify(await openApiDocument())],
  ...missingGolden(),
];

const stale = [];
for (const [path, text] of files) {
  const wanted = await prettier.format(text, { ...(await prettier.resolveConfig(path)), filepath: path });
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
