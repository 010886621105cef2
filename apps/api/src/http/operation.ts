import { RouteConfig } from '@nestjs/platform-fastify';
import type { TObject, TSchema } from 'typebox';
import type { ProblemType } from '../problems/problem-types.js';

/** One answer that is not a problem. */
export interface Answer {
  readonly status: 200 | 201 | 206 | 400 | 503;
  readonly description: string;
  /** By media type; a media type without a schema is text, or bytes. */
  readonly content: Readonly<Record<string, TSchema | undefined>>;
  readonly headers?: Readonly<Record<string, HeaderDocument>>;
  /** Its name in the document, where the same answer is that of many routes. */
  readonly component?: string;
}

export interface HeaderDocument {
  readonly description: string;
  readonly schema: TSchema;
  /** The same header is taken by many routes. */
  readonly isShared?: true;
}

/** Who may ask: anybody; or whoever the policies may ever permit one of these actions. */
export type Access = 'anonymous' | readonly [action: string, ...others: string[]];

/**
 * Everything about one route but what it does. The hooks let nobody through whom `access` does not name, and the
 * OpenAPI document is made of the operations of the registered routes, so neither can forget one.
 */
export interface Operation {
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  readonly query?: TObject;
  readonly headers?: Readonly<Record<string, HeaderDocument>>;
  /** The JSON body that is required. */
  readonly body?: TSchema;
  readonly bodyExample?: object;
  /** In place of a JSON body: the fields of a form. */
  readonly form?: TObject;
  /** In place of a JSON body: bytes of any number, which the route reads by itself. */
  readonly upload?: true;
  readonly answers: readonly [Answer, ...Answer[]];
  /** Problems beside those that every route of its kind can have. */
  readonly problems?: readonly ProblemType[];
  /** Carries out a command: counts against the commands in flight. */
  readonly isCommand?: boolean;
  /** Moves content, which may take hours: counts against the transfers in flight, and against nothing else. */
  readonly isTransfer?: true;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    operation?: Operation;
  }
}

/** Declares the operation of a route. A route without one is refused at start. */
export function Operation(operation: Operation): MethodDecorator {
  return RouteConfig({ operation });
}
