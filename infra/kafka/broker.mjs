// One Kafka broker that is its own controller (KRaft), on this machine only. For development, tests and small
// installations without containers; a cluster is set up by whoever runs it.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { takeFolder } from './folder.mjs';

const host = '127.0.0.1';
const readyMsMax = 60_000;
const stopMsMax = 30_000;
const lookMs = 100;
const logCharsMax = 2_000;
const heap = '-Xmx512m';

/**
 * Starts the broker and resolves once it answers. Everything is in `data`, and there when it starts again. It stops when
 * this process ends, whatever ends it. Rejects with an Error that says what is wrong.
 *
 * @param {{ jars: string, port: number, data: string }} options port 0 takes a free one
 * @returns {Promise<{ address: string, exited: Promise<unknown>, stop: () => Promise<void> }>}
 */
export async function startBroker({ jars, port: wanted, data }) {
  const folder = await takeFolder(data);
  try {
    const port = await freePort(wanted);
    const java = (...args) => startJava(jars, join(data, 'kafka.log'), args);
    const properties = await prepare(data, port, java);
    const broker = java('kafka.Kafka', properties);
    folder.used(broker.pid);
    const exited = once(broker, 'exit');
    const watchdog = endWith(broker.pid);
    const stop = async () => {
      await stopBroker(broker, exited, watchdog);
      folder.release();
    };
    if (await isReady(port, exited)) return { address: `${host}:${port}`, exited, stop };
    await stop();
    throw new Error(`Kafka did not start on ${data}:\n${endOfLog(data)}`);
  } catch (error) {
    folder.release();
    throw error;
  }
}

/** Writes the settings, and makes the folder of the topics where there is none yet. */
async function prepare(data, port, java) {
  const log = join(data, 'log');
  const properties = join(data, 'server.properties');
  writeFileSync(properties, await settings(port, log));
  if (existsSync(join(log, 'meta.properties'))) return properties;
  // Nothing of it was used yet: what a killed start left is made anew.
  rmSync(log, { recursive: true, force: true });
  mkdirSync(log, { mode: 0o700 });
  const id = randomBytes(16).toString('base64url');
  const [code] = await once(
    java('kafka.tools.StorageTool', 'format', `--cluster-id=${id}`, '-c', properties),
    'exit',
  );
  if (code !== 0) throw new Error(`Kafka could not prepare ${data}:\n${endOfLog(data)}`);
  return properties;
}

async function settings(port, log) {
  const controller = await freePort(0);
  const lines = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@${host}:${controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://${host}:${port},CONTROLLER://${host}:${controller}`,
    'advertised.listeners': `PLAINTEXT://${host}:${port}`,
    'log.dirs': log,
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name}=${String(value).replaceAll('\\', '\\\\')}\n`)
    .join('');
}

/** The port, where nobody listens on it. */
async function freePort(wanted) {
  const server = createServer();
  const listening = once(server, 'listening');
  server.listen(wanted, host);
  try {
    await listening;
  } catch (error) {
    const why = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be used (${error.code})`;
    throw new Error(`Port ${wanted} ${why}: choose another one with --port.`, { cause: error });
  }
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** In a group of its own: Ctrl-C in a terminal is for us, and we stop it in order. */
function startJava(jars, logFile, args) {
  const log = openSync(logFile, 'a', 0o600);
  const logging = `-Dlog4j2.configurationFile=${join(import.meta.dirname, 'log4j2.properties')}`;
  const options = [heap, logging, '-cp', join(jars, '*'), ...args];
  const child = spawn('java', options, { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  return child;
}

/** Tells the broker to stop when our end of a pipe closes, which it also does when we are killed. */
function endWith(pid) {
  const wait = 'cat > /dev/null; kill "$0" 2> /dev/null';
  return spawn('sh', ['-c', wait, String(pid)], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
}

async function stopBroker(broker, exited, watchdog) {
  if (broker.exitCode === null && broker.signalCode === null) {
    broker.kill('SIGTERM');
    const late = setTimeout(() => broker.kill('SIGKILL'), stopMsMax);
    await exited;
    clearTimeout(late);
  }
  watchdog.kill('SIGKILL');
}

/** False when it ended before it answered, or does not answer in time. */
async function isReady(port, exited) {
  const ended = exited.then(() => 'ended');
  for (const until = Date.now() + readyMsMax; Date.now() < until;) {
    const found = await Promise.race([ended, answers(port)]);
    if (found !== false) return found === true;
    await Promise.race([ended, delay(lookMs)]);
  }
  return false;
}

/** ApiVersions, version 0, without a client id: a broker answers requests only when it is up. */
const whichVersions = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);

function answers(port) {
  return new Promise((done) => {
    const socket = connect(port, host, () => socket.write(whichVersions));
    const end = (answered) => {
      socket.destroy();
      done(answered);
    };
    socket.setTimeout(1_000, () => end(false));
    socket.once('data', () => end(true));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
}

const endOfLog = (data) => readFileSync(join(data, 'kafka.log'), 'utf8').slice(-logCharsMax).trim();
