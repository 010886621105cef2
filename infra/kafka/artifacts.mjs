// Apache Kafka's broker from its Maven artifacts: fetched once, kept beside the installed packages.
import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..', '..');
const pom = join(import.meta.dirname, 'pom.xml');
const javaMin = 17;

/**
 * The folder of the broker's jars. `say` is told what takes long. Rejects with an Error that says what this machine lacks.
 *
 * @param {(line: string) => void} say
 */
export async function brokerJars(say) {
  await requireJava();
  const version = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 16);
  const jars = join(root, 'node_modules', '.cache', 'inquest-kafka', version);
  if (existsSync(jars)) return jars;
  const draft = `${jars}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  try {
    say('Fetching Kafka (once; about 50 MB) …');
    await fetchTo(draft);
    // Of two that fetch at once, one comes second to find the other's there.
    if (!existsSync(jars)) renameSync(draft, jars);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return jars;
}

async function requireJava() {
  const { code, output } = await run('java', ['-version']).catch(() => lacking('Java'));
  const major = Number(/version "(\d+)/.exec(output)?.[1]);
  if (code !== 0 || !(major >= javaMin))
    throw new Error(
      `Kafka needs Java ${javaMin} or newer, and "java -version" says: ${output.split('\n')[0]}`,
    );
}

async function fetchTo(folder) {
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
  const options = ['-q', '-B', '-f', pom, goal, `-DoutputDirectory=${folder}`, '-DincludeScope=runtime'];
  const { code, output } = await run('mvn', options).catch(() => lacking('Maven (the command mvn)'));
  if (code !== 0) throw new Error(`Maven could not fetch Kafka. It said:\n${output}`);
}

function lacking(what) {
  throw new Error(`Kafka needs Java ${javaMin} and Maven, and this machine has no ${what}.`);
}

/** What the command wrote, the last of it; rejects when there is no such command. */
function run(command, args) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const collect = (chunk) => (output = `${output}${chunk}`.slice(-4_000));
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => done({ code, output: output.trim() }));
  });
}
