// `npm run kafka`: a real Kafka broker for machines without containers.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { brokerJars } from './artifacts.mjs';
import { startBroker } from './broker.mjs';

const help = `Starts a Kafka broker on this machine. Needs Java 17 and Maven.

  npm run kafka -- [options]

  --port PORT  where it listens, on 127.0.0.1 (default 9092; 0 takes a free one)
  --data DIR   where it keeps its topics and its log (default .inquest/kafka)
  --json       when it is ready, writes one line of JSON: { "brokers", "data" }
  --help
`;

const say = (line) => process.stderr.write(`${line}\n`);

function asked() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '9092' },
      data: { type: 'string', default: '.inquest/kafka' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535)
    throw new Error(`--port is a number from 0 to 65535, and not ${values.port}.`);
  return { ...values, port, data: resolve(values.data) };
}

/** Runs until it is told to stop; the exit code. */
async function serve({ port, data, json }) {
  const told = new Promise((stop) => {
    // The last is the end of whoever started it over a channel of Node.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect']) process.on(signal, stop);
  });
  const jars = await brokerJars(say);
  say('Starting Kafka …');
  const broker = await startBroker({ jars, port, data });
  if (json) process.stdout.write(`${JSON.stringify({ brokers: broker.address, data })}\n`);
  else say(`Kafka is ready at ${broker.address}. Its topics are kept in ${data}. Ctrl-C stops it.`);
  const ended = await Promise.race([told.then(() => false), broker.exited.then(() => true)]);
  say(ended ? `Kafka ended by itself. Its log: ${data}/kafka.log` : 'Stopping …');
  await broker.stop();
  return ended ? 1 : 0;
}

try {
  const options = asked();
  if (options.help) process.stdout.write(help);
  else process.exit(await serve(options));
} catch (error) {
  say(`kafka: ${error.message}`);
  process.exit(1);
}
