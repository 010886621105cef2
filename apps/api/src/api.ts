import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiModule } from './api.module.js';
import { type ApiBounds, type ApiOptions, defaultBounds } from './api-options.js';
import { demoTokenUrl, signInDemoUsers } from './documentation/demo-sign-in.js';
import { serveDocumentation } from './documentation/documentation.js';
import { type OpenApiDocument, openApiDocument } from './documentation/openapi.js';
import { Admission } from './http/admission.js';
import { allowOrigins, httpAdapter, prepare } from './http/http-server.js';
import { NestLogger } from './http/nest-logger.js';
import { Routes } from './http/routes.js';
import { SilentConnections } from './http/silent-connections.js';
import { stop } from './http/stop.js';
import { ProblemFilter } from './problems/problem-filter.js';
import { OpenStreams } from './queries/open-streams.js';

/** The API of one process, ready to listen. */
export interface Api {
  readonly app: NestFastifyApplication;
  readonly routes: Routes;
  readonly document: OpenApiDocument;
  /** Commands that are being carried out, queries that are being answered, and content that is on its way. */
  readonly inFlight: () => {
    readonly commands: number;
    readonly queries: number;
    readonly transfers: number;
  };
  /** Resolves to the address once it takes requests; port 0 takes a free one. Rejects when it cannot listen there. */
  listen(port: number, host: string): Promise<string>;
  /** Stops gracefully, see `stop`. Resolves when the last request has been answered; may be called again. */
  stop(): Promise<void>;
}

/** Puts the API together. `others` are the roles that run in the same process. */
export async function createApi(options: ApiOptions, others: readonly DynamicModule[] = []): Promise<Api> {
  const { health, logger, metrics, demoIssuer, corsOrigins = [], version } = options;
  const bounds: ApiBounds = { ...defaultBounds, ...options.bounds };
  const routes = new Routes();
  const commands = new Admission(bounds.commandsInFlightMax);
  const queries = new Admission(bounds.queriesInFlightMax);
  const transfers = new Admission(bounds.transfersInFlightMax);
  metrics.commandsInFlight(() => commands.inFlight);
  const streams = new OpenStreams({
    openMax: bounds.streamsMax,
    openPerCallerMax: bounds.streamsPerCallerMax,
  });
  let document: OpenApiDocument | undefined;
  const documentNow = () =>
    (document ??= openApiDocument(routes, { version, ...(demoIssuer ? { tokenUrl: demoTokenUrl } : {}) }));

  const adapter = httpAdapter(options, bounds);
  const fastify = adapter.getInstance();
  const silent = new SilentConnections(fastify.server);
  await prepare(fastify, options, bounds, { routes, commands, queries, transfers });
  if (demoIssuer) signInDemoUsers(fastify, demoIssuer);

  @Module({ imports: [ApiModule.register(options, bounds, streams, documentNow), ...others] })
  class Roles {}
  const app = await NestFactory.create<NestFastifyApplication>(Roles, adapter, {
    bodyParser: false,
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  app.useGlobalFilters(new ProblemFilter(logger, routes));
  allowOrigins(app, corsOrigins);
  serveDocumentation(app, documentNow);
  await app.init();
  await fastify.ready();

  let stopped: Promise<void> | undefined;
  const stopping = { health, streams, silent, logger, timeoutMs: bounds.stopTimeoutMs };
  return {
    app,
    routes,
    document: documentNow(),
    inFlight: () => ({
      commands: commands.inFlight,
      queries: queries.inFlight,
      transfers: transfers.inFlight,
    }),
    // Nest would log an error that is thrown as well.
    listen: (port, host) => fastify.listen({ port, host }),
    stop: () => (stopped ??= stop(app, stopping)),
  };
}
