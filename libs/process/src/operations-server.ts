import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type Health, HealthReports, type Metrics } from '#telemetry';
import { portInUse } from './stops.js';

export interface OperationsServer {
  /** The port that it listens on. */
  readonly port: number;
  close(): Promise<void>;
}

export interface OperationsServerOptions {
  readonly metrics: Metrics;
  /** Left out: it answers `/metrics` only. */
  readonly health?: Health;
  /** 0 takes a free one. */
  readonly port: number;
  readonly host: string;
  /** The variable that names the port. */
  readonly setting: string;
}

type Answer = (response: ServerResponse) => Promise<void> | void;

/**
 * `/metrics`, `/livez` and `/readyz` on a port for those who run the system: for a process that serves nothing else, or
 * for a network that only they can reach. Rejects when the port cannot be listened on.
 */
export async function serveOperations(options: OperationsServerOptions): Promise<OperationsServer> {
  const answers = answersOf(options);
  const server = createServer((request, response) => {
    const answer = request.method === 'GET' ? answers[request.url ?? ''] : undefined;
    if (!answer) {
      response.writeHead(404).end();
      return;
    }
    Promise.resolve(answer(response)).catch(() => response.writeHead(500).end());
  });
  server.listen(options.port, options.host);
  await once(server, 'listening').catch((error: unknown) => {
    throw portInUse(error, options.port, `Give another one in ${options.setting}.`);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function answersOf({ metrics, health }: OperationsServerOptions): Readonly<Record<string, Answer>> {
  const measures: Answer = async (response) => {
    const text = await metrics.text();
    response.writeHead(200, { 'content-type': metrics.contentType }).end(text);
  };
  if (!health) return { '/metrics': measures };
  const reports = new HealthReports(health);
  return {
    '/metrics': measures,
    '/livez': (response) => {
      response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('ok\n');
    },
    '/readyz': async (response) => {
      const report = await reports.latest();
      response
        .writeHead(report.ready ? 200 : 503, { 'content-type': 'application/json; charset=utf-8' })
        .end(JSON.stringify(report));
    },
  };
}
