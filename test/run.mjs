// `npm test`: lint, format, types, generated files, then every test. The last line is `N passed, N failed, N skipped`, in which
// each gate counts as one. Arguments go to jest: `npm test -- libs/domain` runs that folder's tests only.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const gates = [
  { name: 'lint', program: 'node_modules/oxlint/bin/oxlint', args: ['--type-aware'] },
  {
    name: 'format',
    program: 'node_modules/prettier/bin/prettier.cjs',
    args: ['--check', '--log-level', 'warn', '.'],
  },
  { name: 'types', program: 'node_modules/typescript/bin/tsc', args: ['--noEmit', '--incremental', 'false'] },
  { name: 'generated files', program: 'infra/generate.mjs', args: ['--check'] },
];
const jestOptions = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  // Every suite loads its modules anew; with little room for what is young, a fifth of the time goes into collecting it.
  '--max-semi-space-size=64',
];
/** `npm test -- -t name` skips all other tests, and nobody wants to read their names. */
const reasonsMax = 20;
const skippedBecause = /\[skipped: (.*?)\]/;

const count = { passed: 0, failed: 0, skipped: 0 };
const now = { running: undefined, interruptedBy: undefined };
for (const signal of ['SIGINT', 'SIGTERM']) {
  // Ctrl-C in a terminal reaches the running program as well; it ends in its own order, and we after it.
  process.on(signal, () => {
    now.interruptedBy = signal;
    now.running?.kill(signal);
  });
}

for (const { name, program, args } of gates) {
  if (now.interruptedBy !== undefined) break;
  const code = await runNode([program, ...args]);
  const passed = code === 0;
  count[passed ? 'passed' : 'failed'] += 1;
  console.log(`${passed ? 'passed' : 'FAILED'}: ${name}`);
}
if (now.interruptedBy === undefined) await runTests(process.argv.slice(2));
process.exitCode = exitCode(now.interruptedBy);
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);

function exitCode(signal) {
  if (signal === undefined) return count.failed > 0 ? 1 : 0;
  console.log(`Interrupted by ${signal}.`);
  return 128 + constants.signals[signal];
}

async function runTests(args) {
  const folder = await mkdtemp(join(tmpdir(), 'inquest-results-'));
  const file = join(folder, 'results.json');
  try {
    const code = await runNode([
      ...jestOptions,
      'node_modules/jest/bin/jest.js',
      '--json',
      `--outputFile=${file}`,
      ...args,
    ]);
    const failedBefore = count.failed;
    const results = await readFile(file, 'utf8').then(JSON.parse, () => undefined);
    if (results !== undefined) countTests(results);
    const ran = results !== undefined && results.numPassedTests + results.numFailedTests > 0;
    // Jest fails without a failed test too: when it crashed, found no test, or could not stop its servers.
    const unexplained = code !== 0 && count.failed === failedBefore;
    if (!ran || unexplained) {
      count.failed += 1;
      console.log(`FAILED: tests (${results === undefined || ran ? `jest ended with ${code}` : 'none ran'})`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function countTests(results) {
  const broken = results.testResults.filter(
    (suite) => suite.status === 'failed' && suite.assertionResults.length === 0,
  );
  count.passed += results.numPassedTests;
  count.failed += results.numFailedTests + broken.length;
  count.skipped += results.numPendingTests + results.numTodoTests;
  const skipped = [...skippedTests(results)];
  for (const [reason, number] of skipped.slice(0, reasonsMax)) console.log(`skipped: ${number} (${reason})`);
  if (skipped.length > reasonsMax) console.log(`skipped: for ${skipped.length - reasonsMax} other reasons`);
}

/** How many tests were skipped for which reason, which stands in the name of their suite (support/available.ts). */
function skippedTests(results) {
  const reasons = new Map();
  for (const { assertionResults } of results.testResults) {
    for (const { status, fullName } of assertionResults) {
      if (status !== 'pending' && status !== 'todo') continue;
      const reason = skippedBecause.exec(fullName)?.[1] ?? `no reason given: ${fullName}`;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
  }
  return reasons;
}

/** The exit code; 1 when a signal ended it. */
async function runNode(args) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
  now.running = child;
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => done(code ?? 1));
  });
}
