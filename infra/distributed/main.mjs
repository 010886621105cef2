// `npm run distributed`: every role as a process of its own on this machine, joined by Kafka.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '#config';
import { DataFolder } from '../../dist/apps/standalone/src/data-folder.js';
import { loadDemonstration } from '../../dist/apps/standalone/src/demonstration/load.js';
import { startProcesses } from './processes.mjs';
import { prepare, startServers } from './servers.mjs';

const help = `Runs api, relay and two projectors as processes of their own, on the PostgreSQL and the Kafka that the environment names
(INQUEST_POSTGRES_URL with INQUEST_POSTGRES_OWNER_URL, INQUEST_KAFKA_BROKERS), or on local ones. The local Kafka needs Java
17 and Maven.

  npm run distributed -- [options]

  --port PORT  of the API, on 127.0.0.1 (default 4000; 0 takes a free one)
  --data DIR   database, topics, content, keys, logs and tokens (default .inquest/distributed)
  --empty      load no demonstration case into an empty log
  --json       when all are ready, write one line of JSON: { "url", "brokers", "tokens", "processes", "data" }
  --help

A process that ends is started again, which is said here; one that ends again and again ends all. Ctrl-C stops everything;
everything is kept.
`;

const say = (line) => process.stderr.write(`${line}\n`);

function asked() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4000' },
      data: { type: 'string', default: '.inquest/distributed' },
      empty: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65_535)
    throw new Error(`--port is a number from 0 to 65535, and not ${values.port}.`);
  return { ...values, data: resolve(values.data) };
}

/** Runs until it is told to stop, or cannot go on; the exit code. */
async function serve({ port, data, empty, json }) {
  const told = new Promise((stop) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(0));
  });
  const stops = [];
  const failed = new Promise((fail) => {
    stops.failed = (line) => {
      say(line);
      fail(1);
    };
  });
  try {
    const servers = await startServers({ data, say, stops });
    await prepare(servers.environment, say);
    const processes = await startProcesses({ environment: servers.environment, data, port, say, stops });
    const { url } = processes.find(({ name }) => name === 'api');
    if (servers.issuer) await demonstrate({ data, empty, url, issuer: servers.issuer });
    const ready = { url, brokers: servers.environment.INQUEST_KAFKA_BROKERS, tokens: servers.issuer?.tokens };
    if (json) process.stdout.write(`${JSON.stringify({ ...ready, processes, data })}\n`);
    else say(welcome({ ...ready, data }));
    return await Promise.race([told, failed]);
  } finally {
    say('Stopping …');
    for (const stop of stops.toReversed()) await stop();
  }
}

/** Into an empty log only, and again into one where an earlier start was cut off while it did so. */
async function demonstrate({ data, empty, url, issuer }) {
  const folder = new DataFolder(data);
  const file = join(data, 'demonstration.json');
  const isUnfinished = existsSync(file) && !JSON.parse(readFileSync(file, 'utf8')).loaded;
  if (!isUnfinished && (empty || !(await isEmpty(url, issuer)))) return;
  say('Loading the demonstration case …');
  await folder.write('demonstration.json', { loaded: false });
  const subjects = Object.fromEntries(issuer.users.map(({ key, subject }) => [key, subject]));
  await loadDemonstration({ apiUrl: url, tokens: issuer.tokens, subjects });
  await folder.write('demonstration.json', { loaded: true });
}

async function isEmpty(url, { tokens }) {
  const headers = { authorization: `Bearer ${tokens.Auditor}` };
  const { items } = await (await fetch(`${url}/v1/events?limit=1`, { headers })).json();
  return items.length === 0;
}

function welcome({ url, brokers, tokens, data }) {
  const signIn = tokens ? `\n  Tokens          ${data}/tokens.json, one for each demo user` : '';
  return `
Inquest is ready.

  API             ${url}/v1
  Documentation   ${url}/docs
  Kafka           ${brokers}${signIn}
  Logs            ${data}/log

Ctrl-C stops it; everything is kept.`;
}

try {
  const options = asked();
  if (options.help) process.stdout.write(help);
  else {
    readConfig(); // What is wrong with the environment is said once, before anything starts.
    process.exit(await serve(options));
  }
} catch (error) {
  say(`distributed: ${error.message}`);
  process.exit(1);
}
