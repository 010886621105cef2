// A folder that one broker uses at a time. Kafka's own lock comes after it has begun to recover its metadata: a second
// broker on the folder would truncate what the first one writes.
import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A broker whose owner was killed stops by itself in this time. */
const stoppingMsMax = 40_000;
const lookMs = 200;

/**
 * Takes the folder for this process. Waits for a broker whose owner was killed; rejects when the owner lives.
 *
 * @param {string} data
 * @returns {Promise<{ used: (brokerPid: number) => void, release: () => void }>}
 */
export async function takeFolder(data) {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const file = join(data, 'owner.json');
  const release = () => rmSync(file, { force: true });
  const used = (broker) => {
    const draft = drafted(file, { broker });
    renameSync(draft, file);
  };
  for (const until = Date.now() + stoppingMsMax; !taken(file);) {
    const found = read(file);
    const { owner, broker } = parsed(found);
    // Of our own number is a killed start whose number we were given: in a container it is always the same.
    if (owner !== process.pid && runs(owner, 'infra/kafka/main.mjs'))
      throw new Error(`Process ${owner} runs Kafka on ${data} already.`);
    if (!runs(broker, 'kafka.Kafka')) removeLeft(file, found);
    else if (Date.now() > until)
      throw new Error(`Process ${broker}, an earlier Kafka on ${data}, does not stop.`);
    else await delay(lookMs);
  }
  return { used, release };
}

/** What the file is to say, whole, under another name. */
function drafted(file, more) {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify({ owner: process.pid, ...more }));
  return draft;
}

/** Says nothing where a crash of the machine left something else. */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** A link never replaces anything, and what it names is whole: of two starts at once exactly one takes the folder. */
function taken(file) {
  const draft = drafted(file);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft);
  }
}

/** Removes what was found, and gives back what somebody put in its place meanwhile. */
function removeLeft(file, found) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    if (read(aside) !== found) linkSync(aside, file);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  }
  rmSync(aside, { force: true });
}

/** '' where it is gone. */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}

/** Whether there is such a process, and it runs this: numbers of processes are given again. */
function runs(pid, program) {
  if (pid === undefined) return false;
  try {
    const command = existsSync('/proc/self')
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      : execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
    return command.includes(program);
  } catch {
    return false;
  }
}
