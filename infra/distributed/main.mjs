// `npm run distributed`: every role as a process of its own on this machine, joined by Kafka.
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readConfig } from '#config';
import { onStopSignal, stopAll } from '#process';
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
everything is kept. A second Ctrl-C ends at once: processes and Kafka then stop by themselves, and the next start stops the
local PostgreSQL.
`;

const say = (line) => process.stderr.write(`${line}\n`);
/** Beyond what a process may take to stop: for Kafka and PostgreSQL after it. */
const serversMsMax = 60_000;
/** Once a second; views that are made anew may be late. */
const askedMax = 60;

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

/** Runs until it is told to stop, also while it starts, or cannot go on; the exit code. */
async function serve(options, { stopTimeoutMs }) {
  const ending = new AbortController();
  const run = { ...options, stopTimeoutMs, say, stops: [], ending: ending.signal };
  const ended = new Promise((end) => {
    onStopSignal(() => end(0));
    run.failed = (line) => {
      // What is stopped while it starts fails, and that is no news.
      if (ending.signal.aborted) return;
      say(line);
      end(1);
    };
    start(run).catch((error) => run.failed(`distributed: ${error.message}`));
  });
  const code = await ended;
  ending.abort();
  say('Stopping …');
  await stopAll(run.stops, stopTimeoutMs + serversMsMax);
  return code;
}

async function start(run) {
  const { data, json, ending, stops } = run;
  const { environment, issuer } = await startServers(run);
  await prepare(environment, run);
  const processes = await startProcesses(environment, run);
  ending.throwIfAborted();
  const { url } = processes.find(({ name }) => name === 'api');
  const folder = new DataFolder(data);
  const { postgresUrl, postgresOwnerUrl } = readConfig(environment);
  stops.push(['connection.json', () => folder.remove('connection.json')]);
  await folder.write('connection.json', { apiUrl: url, postgresUrl, postgresOwnerUrl });
  if (issuer) await demonstrate(run, { folder, url, issuer });
  ending.throwIfAborted();
  const ready = { url, brokers: environment.INQUEST_KAFKA_BROKERS, tokens: issuer?.tokens };
  if (json) process.stdout.write(`${JSON.stringify({ ...ready, processes, data })}\n`);
  else say(welcome({ ...ready, data }));
}

/** Into an empty log only, and again into one where an earlier start was cut off while it did so. */
async function demonstrate({ empty }, { folder, url, issuer }) {
  const isNew = !empty && (await isEmpty(url, issuer));
  if (!isNew && !(await folder.isDemonstrationUnfinished())) return;
  say('Loading the demonstration case …');
  await folder.write('demonstration.json', { loaded: false });
  const subjects = Object.fromEntries(issuer.users.map(({ key, subject }) => [key, subject]));
  await loadDemonstration({ apiUrl: url, tokens: issuer.tokens, subjects });
  await folder.write('demonstration.json', { loaded: true });
}

async function isEmpty(url, { tokens }) {
  const headers = { authorization: `Bearer ${tokens.Auditor}` };
  for (let asked = 1; ; asked += 1) {
    const response = await fetch(`${url}/v1/events?limit=1`, { headers });
    if (response.ok) return (await response.json()).items.length === 0;
    if (response.status !== 503 || asked === askedMax)
      throw new Error(`the API answers ${response.status}: ${await response.text()}`);
    await delay(1_000);
  }
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
  // What is wrong with the environment is said once, before anything starts.
  else process.exit(await serve(options, readConfig()));
} catch (error) {
  say(`distributed: ${error.message}`);
  process.exit(1);
}
