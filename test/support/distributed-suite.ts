import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { postgresEventStore, type PostgresEventStore } from '#event-store-postgres';
import { internalTopic, sealOf, sourceOf } from '#messaging';
import { topicOf } from '#public-contract';
import { ReadModels } from '#read-models';
import { type ApiSuite, apiSuite } from './api.js';
import { type ApiProcess, type ApiProcesses, apiProcesses, type Role } from './api-process.js';
import { runFolder } from './environment.js';
import { countOf } from './event-store-database.js';
import { checkInvariants } from './invariants.js';
import { brokersKnown, freePort, KafkaNode } from './kafka-node.js';
import { Load } from './load.js';
import { type TcpProxy, tcpProxy } from './tcp-proxy.js';
import { type SuiteTopics, suiteTopics } from './topics.js';
import { waitFor } from './wait-for.js';

const recoveredMsMax = 60_000;
/** A connection that was made before has arrived by then. */
const unbalancedMs = 100;

/**
 * A whole installation in processes of its own, all of which reach their own broker through a network that can fail. What
 * was killed is started again by whoever killed it.
 */
export class DistributedSuite {
  readonly #running = new Map<string, ApiProcess>();
  /** Where requests may be sent: a process that was killed is missed when it does not answer. */
  readonly #urls = new Map<string, string>();
  #loads: Load[] = [];

  private constructor(
    readonly suite: ApiSuite,
    private readonly processes: ApiProcesses,
    readonly broker: KafkaNode,
    readonly wires: TcpProxy,
    readonly topics: SuiteTopics,
    readonly store: PostgresEventStore,
    private readonly readModels: ReadModels,
  ) {}

  static async start(): Promise<DistributedSuite> {
    const port = await freePort();
    const wires = await tcpProxy(() => port);
    const folder = mkdtempSync(join(runFolder(), 'broker-'));
    const broker = new KafkaNode({
      folder,
      node: 1,
      cluster: randomBytes(16).toString('base64url'),
      port,
      advertisedPort: wires.port,
      controllerPort: await freePort(),
    });
    try {
      await broker.format();
      broker.start();
      return await DistributedSuite.#on(broker, wires);
    } catch (error) {
      await broker.end('SIGKILL');
      await wires.close();
      throw error;
    }
  }

  static async #on(broker: KafkaNode, wires: TcpProxy): Promise<DistributedSuite> {
    const suite = await apiSuite();
    const address = `127.0.0.1:${wires.port}`;
    await brokersKnown([address]);
    const topics = await suiteTopics({ brokers: address });
    const store = postgresEventStore({ url: suite.url });
    const readModels = await ReadModels.open({
      url: suite.url,
      ownerUrl: suite.ownerUrl,
      store,
      migrate: false,
    });
    return new DistributedSuite(suite, await apiProcesses(suite), broker, wires, topics, store, readModels);
  }

  /** Starts a process under a name; its role is the name without the number. From this build, or from a copy of it. */
  run(name: string, folder?: string): ApiProcess {
    const role = name.replace(/-\d+$/, '') as Role;
    const { settings } = this.topics;
    const started = this.processes.start(
      {
        INQUEST_KAFKA_BROKERS: `127.0.0.1:${this.wires.port}`,
        INQUEST_KAFKA_PREFIX: this.topics.connection.prefix,
        INQUEST_KAFKA_PUBLIC_PARTITIONS: String(settings.publicPartitions),
      },
      role,
      folder,
    );
    this.#running.set(name, started);
    started.url.then(
      (url) => this.#urls.set(name, url),
      () => undefined, // Whoever waits for it is told.
    );
    return started;
  }

  /** Starts these and waits until all are ready. */
  async runAll(...names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => this.run(name).url));
  }

  process(name: string): ApiProcess {
    const found = this.#running.get(name);
    if (!found) throw new Error(`${name} does not run`);
    return found;
  }

  /** Kills it where it stands and starts it again; resolves when it is ready. */
  async kill(name: string): Promise<void> {
    await this.process(name).kill9();
    await this.run(name).url;
  }

  /** Sends it nothing new, as whoever balances the load does, then asks it to stop; its exit code. */
  async stop(name: string): Promise<unknown> {
    const stopping = this.process(name);
    this.#running.delete(name);
    this.#urls.delete(name);
    await delay(unbalancedMs);
    stopping.process.kill('SIGTERM');
    return stopping.ended;
  }

  /** Commands until it is stopped; `recovered` stops it. */
  load(workers = 4, pauseMs = 150): Load {
    const load = new Load({
      urls: () => [...this.#urls].filter(([name]) => name.startsWith('api')).map(([, url]) => url),
      token: this.suite.issuer.tokens['IntakeOfficer'] ?? '',
      workers,
      pauseMs,
    }).start();
    this.#loads.push(load);
    return load;
  }

  /** Stops the loads, and waits until relay and views have all of the log (I8). */
  async recovered(): Promise<void> {
    for (const load of this.#loads) await load.stop();
    const head = await this.store.head();
    await waitFor(
      'everything to be relayed and projected',
      async () => {
        const views = await this.readModels.status();
        return views.every(({ position }) => position === head) && (await this.#relayed()) === head;
      },
      recoveredMsMax,
    );
  }

  /** What has parked events, by name. */
  async parked(): Promise<string[]> {
    return (await this.readModels.status()).filter(({ parked }) => parked > 0).map(({ name }) => name);
  }

  /** I1 to I4, of all loads so far; the number of commands that were acknowledged. Built anew: where this program can. */
  async holds({ builtAnew = true } = {}): Promise<number> {
    const receipts = new Map(this.#loads.flatMap((load) => [...load.receipts]));
    const source = sourceOf(this.suite.installation);
    await checkInvariants({
      store: this.store,
      receipts,
      internal: await this.topics.read(internalTopic),
      seal: sealOf(source, this.suite.hashKey),
      published: [await this.topics.read(topicOf('allegation'))],
      readModels: this.readModels,
      builtAnew,
    });
    return receipts.size;
  }

  async end(): Promise<void> {
    for (const load of this.#loads) await load.stop().catch(() => undefined); // Told where it was expected.
    await this.processes.end();
    await this.readModels.stop();
    await this.store.close();
    await this.broker.end('SIGKILL');
    await this.wires.close();
    await this.suite.end();
  }

  /** What both publications have, at least. */
  async #relayed(): Promise<bigint> {
    const least = `SELECT coalesce(min(position), 0) FROM relay.publications WHERE name IN ('internal', 'public')`;
    return BigInt(await countOf(this.suite.ownerUrl, least));
  }
}
