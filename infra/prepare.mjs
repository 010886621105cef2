// Makes a fresh or changed checkout ready to run: installs and builds what is missing or stale. `npm start` and
// `npm test` run it first, so it is silent when there is nothing to do, and writes to standard error only, since
// `npm -s start -- --json` owns standard output. Plain Node: there may be no node_modules yet.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';

const root = resolve(import.meta.dirname ?? '.', '..');
const lockFile = join(root, '.prepare.lock');
const stampFile = join(root, 'dist', '.built-from.json');
const lockWaitMsMax = 15 * 60_000;
const heartbeatMs = 10_000;
const outputCharsMax = 4_000;

async function prepare() {
  requireNode();
  if (installed() && built()) return;
  await locked(async () => {
    if (!installed()) await install();
    if (!built()) await build();
  });
}

function requireNode() {
  const wanted = readJson('package.json').engines.node.replace('>=', '');
  const [major, minor] = wanted.split('.').map(Number);
  const [ourMajor, ourMinor] = process.versions.node.split('.').map(Number);
  if (ourMajor > major || (ourMajor === major && ourMinor >= minor)) return;
  throw new Error(
    `Inquest needs Node ${wanted} or newer, and this is ${process.version}. Get one at https://nodejs.org`,
  );
}

/** Whether node_modules holds every package of the lock file in its version, as npm's own record there says. */
function installed() {
  if (!existsSync(join(root, 'node_modules/.package-lock.json'))) return false;
  const wanted = readJson('package-lock.json').packages;
  const found = readJson('node_modules/.package-lock.json').packages;
  return Object.entries(wanted).every(
    ([path, entry]) =>
      path === '' ||
      (found[path] === undefined ? !isNeededHere(entry) : found[path].version === entry.version),
  );
}

/** npm leaves out optional packages for other machines, and what only those depend on. */
function isNeededHere({ optional, os, cpu, libc }) {
  if (optional !== true) return true;
  return (
    libc === undefined && os?.includes(process.platform) === true && cpu?.includes(process.arch) === true
  );
}

async function install() {
  // Run by npm, this is the very npm that runs us; its settings for the outer command are not for this one.
  const npm = process.env.npm_execpath;
  const options = [
    'ci',
    '--include=dev',
    '--include=optional',
    '--loglevel=error',
    '--no-audit',
    '--no-fund',
  ];
  const [command, args] =
    npm?.endsWith('.js') === true ? [process.execPath, [npm, ...options]] : ['npm', options];
  await withProgress('Installing the dependencies (once; about a minute)', async () => {
    const { code, output } = await run(command, args);
    if (code === 0) return;
    const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ECONNRESET/.test(output);
    throw new Error(
      `${offline ? 'The npm registry cannot be reached: check the network or the proxy' : '"npm ci" failed'}. ` +
        `It said:\n${output}`,
    );
  });
}

/** Whether dist/ was built from exactly these sources and settings. */
function built() {
  if (!existsSync(stampFile)) return false;
  const { digests } = readJson('dist/.built-from.json');
  const now = sourceDigests();
  const names = Object.keys(now);
  return names.length === Object.keys(digests).length && names.every((name) => digests[name] === now[name]);
}

async function build() {
  const digests = sourceDigests();
  const before = existsSync(stampFile) ? readJson('dist/.built-from.json').digests : undefined;
  // Code whose source is gone could still be imported, so the build then begins with an empty folder.
  const clean = before === undefined || Object.keys(before).some((name) => digests[name] === undefined);
  rmSync(clean ? join(root, 'dist') : stampFile, { recursive: true, force: true });
  await withProgress(`Building Inquest (about 10 seconds)`, async () => {
    const { code, output } = await run(process.execPath, ['node_modules/@nestjs/cli/bin/nest.js', 'build']);
    if (code !== 0) throw new Error(`The build failed:\n${output}`);
  });
  writeFileSync(stampFile, JSON.stringify({ digests }));
}

/** The digest of each file that has a part in dist/, by its path. */
function sourceDigests() {
  const settings = [
    'package-lock.json',
    'nest-cli.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'docs/asyncapi.json',
  ];
  const sources = ['apps', 'libs'].flatMap((folder) =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile() && !entry.name.endsWith('.spec.ts'))
          .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
      : [],
  );
  return Object.fromEntries(
    [...settings, ...sources].map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(root, name)))
        .digest('base64'),
    ]),
  );
}

/** One process at a time; the others wait, and then find nothing left to do. */
async function locked(work) {
  const deadline = Date.now() + lockWaitMsMax;
  let told = false;
  while (!takeLock()) {
    const owner = lockOwner();
    if (!isAlive(owner)) {
      rmSync(lockFile, { force: true });
      continue;
    }
    if (Date.now() > deadline)
      throw new Error(`Process ${owner} has been preparing this folder for too long.`);
    if (!told) say(`Waiting for process ${owner}, which is preparing this folder`);
    told = true;
    await delay(200);
  }
  process.once('exit', () => rmSync(lockFile, { force: true }));
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ]) {
    process.once(signal, () => process.exit(code));
  }
  await work();
}

function takeLock() {
  try {
    writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw new Error(`This folder cannot be written to (${error.code}): ${root}`, { cause: error });
  }
}

function lockOwner() {
  try {
    return Number(readFileSync(lockFile, 'utf8')) || process.ppid; // Empty for a moment: just being written.
  } catch {
    return 0; // Gone between the look and the reading.
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return pid > 0;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Says what begins, that it goes on, and how long it took: one changing line on a terminal, else a few lines. */
async function withProgress(what, work) {
  const begun = Date.now();
  const seconds = () => Math.round((Date.now() - begun) / 1000);
  const terminal = process.stderr.isTTY;
  if (terminal) process.stderr.write(`${what} …`);
  else say(`${what} …`);
  const beat = setInterval(
    () => (terminal ? process.stderr.write(`\r${what} … ${seconds()} s`) : say(`  … ${seconds()} s`)),
    terminal ? 1_000 : heartbeatMs,
  );
  try {
    await work();
    if (terminal) process.stderr.write(`\r${what} … done in ${seconds()} s\n`);
    else say(`  done in ${seconds()} s`);
  } catch (error) {
    if (terminal) process.stderr.write('\n');
    throw error;
  } finally {
    clearInterval(beat);
  }
}

async function run(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  process.once('exit', () => child.kill());
  let output = '';
  const collect = (chunk) => (output = `${output}${chunk}`.slice(-outputCharsMax));
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return new Promise((done, fail) => {
    child.once('error', (error) => fail(new Error(`${command} cannot be run (${error.code}).`)));
    child.once('close', (code) => done({ code, output: stripVTControlCharacters(output).trim() }));
  });
}

function readJson(name) {
  return JSON.parse(readFileSync(join(root, name), 'utf8'));
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

try {
  await prepare();
} catch (error) {
  say(error.message);
  process.exit(1);
}
