// What the processes of a distributed run stand on: PostgreSQL, Kafka and somebody who signs people in. What the
// environment names is used; the rest is started here.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { demoIssuer, demoTokenAlgorithm } from '#access';
import { readConfig } from '#config';
import { DataFolder } from '../../dist/apps/standalone/src/data-folder.js';
import { startEmbeddedPostgres } from '../../dist/apps/standalone/src/postgres/start.js';
import { stopGroup } from './processes.mjs';

const root = join(import.meta.dirname, '..', '..');
const host = '127.0.0.1';
const appLogin = 'inquest_app';
/** More than it takes by itself. */
const kafkaStopMsMax = 45_000;
/** The same at every start, whatever the port: command ids depend on it. */
const issuerUrl = `http://${host}/inquest-demo`;

/**
 * Starts what is missing, until `ending` aborts. `stops` gets what stops it, before it has started; `failed` is called when
 * a server is gone for good. Gives the environment of every process, and the issuer of demo tokens where there is no other.
 */
export async function startServers(run) {
  const { data, say } = run;
  mkdirSync(data, { recursive: true, mode: 0o711 });
  const given = process.env;
  const folder = new DataFolder(data);
  const environment = { ...given };
  const missing = (name) => (given[name] ?? '') === '' && (given[`${name}_FILE`] ?? '') === '';
  const provide = (name, value) => {
    if (missing(name)) environment[name] = value;
  };
  if (missing('INQUEST_POSTGRES_URL')) {
    say('Starting PostgreSQL …');
    Object.assign(environment, await localPostgres(run, folder));
  }
  if (missing('INQUEST_KAFKA_BROKERS')) {
    environment.INQUEST_KAFKA_BROKERS = await localKafka(run);
  }
  provide('INQUEST_HASH_KEY', (await folder.secret('command-hash')).toString('base64'));
  provide('INQUEST_CONTENT_DIR', join(data, 'content'));
  provide('INQUEST_KEYS_DIR', join(data, 'keys'));
  if (!missing('INQUEST_OIDC_ISSUER')) return { environment };
  const { issuer, settings } = await localIssuer(run, folder);
  return { environment: { ...environment, ...settings }, issuer };
}

async function localPostgres({ data, say, stops, failed }, folder) {
  const starting = startEmbeddedPostgres({
    dataDir: data,
    progress: (line) => say(`${line} …`),
    onFailure: (error) => failed(`PostgreSQL is gone: ${error.message}`),
  });
  stops.push(['PostgreSQL', async () => (await starting.catch(() => undefined))?.stop()]);
  const database = await starting;
  const url = new URL(database.ownerUrl);
  url.username = appLogin;
  url.password = (await folder.secret('app-login')).toString('base64url');
  return { INQUEST_POSTGRES_URL: url.href, INQUEST_POSTGRES_OWNER_URL: database.ownerUrl };
}

/** The broker of `npm run kafka`, which says by itself what it lacks. */
async function localKafka({ data, say, stops, failed, ending }) {
  const args = [
    join(root, 'infra', 'kafka', 'main.mjs'),
    '--json',
    '--port',
    '0',
    '--data',
    join(data, 'kafka'),
  ];
  ending.throwIfAborted();
  // In a group of its own: Ctrl-C in a terminal is for us, and we stop it after those who use it. The channel tells it when
  // we are gone.
  const broker = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const exited = once(broker, 'exit');
  let isStarting = true;
  createInterface({ input: broker.stderr }).on('line', (line) => isStarting && say(line));
  stops.push(['Kafka', () => stopGroup(broker, kafkaStopMsMax)]);
  const line = await Promise.race([
    once(createInterface({ input: broker.stdout }), 'line').then(([first]) => first),
    exited.then(() => undefined),
  ]);
  if (line === undefined) throw new Error('there is no Kafka: name one in INQUEST_KAFKA_BROKERS.');
  isStarting = false;
  void exited.then(() => ending.aborted || failed('Kafka ended.'));
  return JSON.parse(line).brokers;
}

/** Demo users, whose keys are served on this machine only. */
async function localIssuer({ stops, ending }, folder) {
  const password = (await folder.secret('demo-users')).toString('base64url').slice(0, 12);
  const issuer = await demoIssuer({ issuerUrl, audience: 'inquest', password, listenHost: host });
  await folder.write('tokens.json', issuer.tokens);
  ending.throwIfAborted();
  const keys = createServer((_, response) => response.end(JSON.stringify(issuer.jwks)));
  await once(keys.listen(0, host), 'listening');
  stops.push([
    'the keys of the demo users',
    async () => {
      keys.close();
      keys.closeAllConnections();
    },
  ]);
  const settings = {
    INQUEST_OIDC_ISSUER: issuerUrl,
    INQUEST_OIDC_AUDIENCE: 'inquest',
    INQUEST_OIDC_JWKS_URL: `http://${host}:${keys.address().port}`,
    INQUEST_OIDC_ALGORITHMS: demoTokenAlgorithm,
  };
  return { issuer, settings };
}

/** The database and the topics as this version needs them. Without an owner's URL, others migrate. */
export async function prepare(environment, { say, ending }) {
  if (readConfig(environment).postgresOwnerUrl !== undefined) {
    say('Migrating the database …');
    await inquest(environment, ending, 'migrate');
  }
  say('Making the topics …');
  await inquest(environment, ending, 'topics', 'apply');
}

/** Rejects with what the command said. */
async function inquest(environment, ending, ...args) {
  const cli = join(root, 'dist', 'apps', 'cli', 'src', 'main.js');
  const command = spawn(process.execPath, [cli, ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: ending,
  });
  let said = '';
  for (const output of [command.stdout, command.stderr])
    output.on('data', (chunk) => (said = `${said}${chunk}`.slice(-4_000)));
  const [code] = await once(command, 'close');
  if (code !== 0) throw new Error(`inquest ${args.join(' ')} failed:\n${said.trim()}`);
}
