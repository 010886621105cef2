// A folder that one broker uses at a time. Kafka's own lock comes after it has begun to recover its metadata: a second
// broker on the folder would truncate what the first one writes.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  const used = (broker) => writeFileSync(file, JSON.stringify({ owner: process.pid, broker }));
  for (const until = Date.now() + stoppingMsMax; !taken(file);) {
    const { owner, broker } = read(file);
    if (runs(owner, 'infra/kafka/main.mjs'))
      throw new Error(`Process ${owner} runs Kafka on ${data} already.`);
    if (!runs(broker, 'kafka.Kafka')) release();
    else if (Date.now() > until)
      throw new Error(`Process ${broker}, an earlier Kafka on ${data}, does not stop.`);
    else await delay(lookMs);
  }
  return { used, release };
}

function taken(file) {
  try {
    writeFileSync(file, JSON.stringify({ owner: process.pid }), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Nobody, where it is gone or was left half written. */
function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
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
