// Asks a standalone everything that its OpenAPI document allows, and much that it does not, as several of its users,
// and fails where an answer is a server error or is not in the document. Needs Python 3.10 or newer; keeps its
// packages in node_modules/.cache. `node infra/fuzz/fuzz.mjs [--seed 1] [--examples 20] [--as Prosecutor]`
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const root = resolve(import.meta.dirname, '..', '..');
const requirements = join(import.meta.dirname, 'requirements.txt');
const environment = join(root, 'node_modules', '.cache', 'inquest-fuzz');
const turnSecondsMax = 300;

/** Who asks what: one user may do most things; the others have what that one may not. */
const turns = [
  { as: 'Prosecutor', what: [] },
  { as: 'SupervisingProsecutor', what: ['--include-tag=investigations'] },
  { as: 'IntakeOfficer', what: ['--include-tag=allegations'] },
  { as: 'Verifier', what: ['--include-tag=incidents'] },
  { as: 'EvidenceCustodian', what: ['--include-tag=evidence'] },
  { as: 'WitnessProtectionOfficer', what: ['--include-tag=witnesses'] },
  { as: 'DisclosureOfficer', what: ['--include-tag=referrals'] },
  { as: 'Auditor', what: ['--include-method=GET'] },
];

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    examples: { type: 'string', default: '20' },
    as: { type: 'string' },
  },
});

async function fuzz() {
  await preparePython();
  const folder = mkdtempSync(join(tmpdir(), 'inquest-fuzz-'));
  // As root, PostgreSQL runs as another user and must pass through.
  chmodSync(folder, 0o711);
  const standalone = run(
    process.execPath,
    ['dist/apps/standalone/src/main.js', '--json', '--port', '0', '--data', join(folder, 'data')],
    // Its log says why an answer was a server error.
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, INQUEST_LOG_LEVEL: 'error' } },
  );
  try {
    const [line] = await Promise.race([
      once(createInterface({ input: standalone.stdout }), 'line'),
      once(standalone, 'exit').then(() => Promise.reject(new Error('The standalone did not start.'))),
    ]);
    const { url, tokens } = JSON.parse(line);
    const failed = [];
    for (const { as, what } of turns.filter((turn) => options.as === undefined || turn.as === options.as)) {
      const ids = join(folder, 'ids.json');
      writeFileSync(ids, JSON.stringify(await existingIds(url, tokens.Auditor)));
      console.log(`-- as ${as}, seed ${options.seed}`);
      const code = await exitCodeOf(schemathesis(url, tokens[as], ids, what));
      if (code !== 0) failed.push(as);
    }
    if (failed.length > 0) throw new Error(`Found something as ${failed.join(', ')}.`);
    // What was taken in has stopped neither the process nor a view.
    const ready = await fetch(`${url}/readyz`);
    if (!ready.ok) throw new Error(`It is not ready any more: ${await ready.text()}`);
  } finally {
    await stopped(standalone);
    rmSync(folder, { recursive: true, force: true });
  }
}

function schemathesis(url, token, ids, what) {
  return run(
    join(environment, 'bin', 'schemathesis'),
    [
      `--config-file=${join(import.meta.dirname, 'schemathesis.toml')}`,
      'run',
      `${url}/openapi.json`,
      '--no-color',
      `--seed=${options.seed}`,
      `--max-examples=${options.examples}`,
      ...what,
    ],
    {
      env: {
        ...process.env,
        PYTHONPATH: import.meta.dirname,
        PYTHONDONTWRITEBYTECODE: '1',
        SCHEMATHESIS_HOOKS: 'hooks',
        INQUEST_FUZZ_IDS: ids,
        INQUEST_FUZZ_TOKEN: token,
      },
      signal: AbortSignal.timeout(turnSecondsMax * 1000),
    },
  );
}

/** The ids in the log, by the resource that they name; ids of parts and persons are `others`. */
async function existingIds(url, token) {
  const ids = { allegation: [], incident: [], investigation: [], evidence: [], others: [] };
  for (let after = '0'; after !== null;) {
    const response = await fetch(`${url}/v1/events?limit=200&after=${after}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { items, next } = await response.json();
    for (const { stream, data } of items) {
      const [category, ...id] = stream.split('-');
      ids[category]?.push(id.join('-'));
      const named = JSON.stringify(data).match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g);
      ids.others.push(...(named ?? []));
    }
    after = next;
  }
  return Object.fromEntries(Object.entries(ids).map(([kind, all]) => [kind, [...new Set(all)]]));
}

/** A virtual environment with exactly the packages of requirements.txt, made once. */
async function preparePython() {
  const installed = join(environment, 'requirements.txt');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === readFileSync(requirements, 'utf8')) return;
  rmSync(environment, { recursive: true, force: true });
  const made = await exitCodeOf(run('python3', ['-m', 'venv', environment])).catch(() => 1);
  if (made !== 0) throw new Error('This needs python3, 3.10 or newer, with venv (Debian: python3-venv).');
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
  if ((await exitCodeOf(run(join(environment, 'bin', 'python'), pip))) !== 0)
    throw new Error('The packages of infra/fuzz/requirements.txt cannot be installed.');
  copyFileSync(requirements, installed);
}

const children = new Set();

function run(program, args, given) {
  const child = spawn(program, args, { cwd: root, stdio: 'inherit', ...given });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

function exitCodeOf(child) {
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('exit', (code) => done(code ?? 1));
  });
}

async function stopped(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

// Whoever stops this stops what it started; the rest follows from that.
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    interruption.abort(new Error(`Interrupted by ${signal}.`));
    for (const child of children) child.kill(signal);
  });

try {
  await fuzz();
} catch (error) {
  console.error((interruption.signal.reason ?? error).message);
  process.exitCode = 1;
}
