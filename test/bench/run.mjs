// `npm run bench`: prepares as `npm test` does, compiles the bench beside the product into dist/, and runs it there on
// plain Node, so that what is measured is the code that `npm start` runs.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import '../../infra/prepare.mjs';

const root = resolve(import.meta.dirname, '..', '..');
const target = join(root, 'dist', 'test', 'bench');

async function compile() {
  const { transformFile } = await import('@swc/core'); // There only once prepared.
  await rm(target, { recursive: true, force: true });
  for (const source of await sources()) {
    const file = join(target, relative(import.meta.dirname, source)).replace(/\.ts$/, '.js');
    const { code } = await transformFile(source, {
      jsc: {
        target: 'es2023',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
      },
      module: { type: 'es6' },
    });
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, code);
  }
}

async function sources() {
  const entries = await readdir(import.meta.dirname, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((path) => !path.includes('node_modules'));
}

await compile();
const { main } = await import(pathToFileURL(join(target, 'main.js')).href);
process.exitCode = await main(process.argv.slice(2), root);
