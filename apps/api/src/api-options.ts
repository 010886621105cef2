import type { DemoIssuer, Policy, VerifyToken } from '#access';
import type { Content } from '#domain';
import type { EventStore } from '#event-sourcing';
import type { ReadModels } from '#read-models';
import type { Health, Logger, Metrics } from '#telemetry';

/** What the API stands on. Whoever makes these also closes them, after the API has stopped. */
export interface ApiOptions {
  readonly store: EventStore;
  readonly readModels: ReadModels;
  /** Key of the command hashes. */
  readonly hashKey: Uint8Array;
  readonly policy: Policy;
  readonly verifyToken: VerifyToken;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  /** Of the product, as the OpenAPI document shows it. */
  readonly version: string;
  /** Signs in the demo users of a standalone; never given elsewhere. */
  readonly demoIssuer?: DemoIssuer;
  /** `/metrics` is served on a port of its own, and not by the API. */
  readonly metricsElsewhere?: boolean;
  /** Web origins whose pages may call; none unless told. */
  readonly corsOrigins?: readonly string[];
  /** Where the content of items is; without it nothing is delivered that has content. */
  readonly content?: ContentReader;
  readonly bounds?: Partial<ApiBounds>;
}

/** Where a content is, as the state of its item says. */
export type ContentRef = Pick<Content, 'digest' | 'length' | 'blocks'>;

/** Gives stored content back, every byte verified; throws in the middle where one is not what it should be. */
export interface ContentReader {
  read(ref: ContentRef, range?: undefined, signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

export interface ApiBounds {
  readonly commandsInFlightMax: number;
  readonly queriesInFlightMax: number;
  readonly requestsPerMinuteMax: number;
  readonly streamsMax: number;
  readonly streamsPerCallerMax: number;
  /** How long a client may take to send a request. */
  readonly requestTimeoutMs: number;
  /** How long stopping may take before connections are cut. */
  readonly stopTimeoutMs: number;
}

export const defaultBounds: ApiBounds = {
  commandsInFlightMax: 512,
  queriesInFlightMax: 256,
  requestsPerMinuteMax: 60_000,
  streamsMax: 256,
  streamsPerCallerMax: 16,
  requestTimeoutMs: 30_000,
  stopTimeoutMs: 20_000,
};
