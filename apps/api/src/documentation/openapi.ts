import { IsOptional, type TObject, type TSchema } from 'typebox';
import { octetStream } from '../http/body-parser.js';
import type { Answer, HeaderDocument, Operation } from '../http/operation.js';
import type { Route, Routes } from '../http/routes.js';
import { type ProblemType, problemTypes } from '../problems/problem-types.js';
import { problemHeaders } from './problem-headers.js';
import { problemExamples, problemSchema } from './problem-schema.js';

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: object;
  readonly servers: readonly object[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly components: object;
}

export interface DocumentOptions {
  readonly version: string;
  /** Where demo users sign in; only a standalone has it. */
  readonly tokenUrl?: string;
}

/** The OpenAPI document of the routes that are registered. */
export function openApiDocument(routes: Routes, { version, tokenUrl }: DocumentOptions): OpenApiDocument {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes.documented) {
    const path = templateOf(route);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationObject(route, tokenUrl) };
  }
  const tags = new Set(routes.documented.map(({ operation }) => operation.tag));
  const isBesideTheCases = (tag: string) => Number(['operations', 'documentation', 'problems'].includes(tag));
  return {
    openapi: '3.1.0',
    info: {
      title: 'Inquest',
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description:
        'Case management for investigations of grave crimes. Every change is an event: commands answer with a ' +
        'receipt, every state can be read as it was. Problems are RFC 9457; `/problems` explains each of them. What ' +
        'services of other institutions may consume is on [the page of events](/docs/events).',
    },
    servers: [{ url: '/' }],
    tags: [...tags]
      .toSorted((one, other) => isBesideTheCases(one) - isBesideTheCases(other))
      .map((name) => ({ name })),
    paths,
    components: {
      schemas: { Problem: problemSchema() },
      responses: { ...sharedAnswers(routes), ...problemResponses(routes) },
      parameters: sharedHeaders(routes),
      examples: problemExamples(),
      securitySchemes: securitySchemes(tokenUrl),
    },
  };
}

function securitySchemes(tokenUrl: string | undefined): object {
  const bearer = { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'An access token.' };
  if (tokenUrl === undefined) return { bearer };
  const description =
    'A demo user: the name is a role in kebab case, such as `prosecutor`; `npm start` prints the password. ' +
    'What asks for a client stays empty.';
  // The last one has the focus when Swagger UI asks who it is.
  return { bearer, demo: { type: 'oauth2', description, flows: { password: { tokenUrl, scopes: {} } } } };
}

/** `/v1/incidents/:id` → `/v1/incidents/{id}`. */
export function templateOf({ url }: Pick<Route, 'url'>): string {
  return url.replaceAll(/:(\w+)/g, '{$1}');
}

function operationObject({ url, operation }: Route, tokenUrl: string | undefined): object {
  const { id, tag, summary, description, access } = operation;
  const security = [{ bearer: [] }, ...(tokenUrl === undefined ? [] : [{ demo: [] }])];
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    security: access === 'anonymous' ? [] : security,
    parameters: [...pathParameters(url), ...queryParameters(operation.query), ...headerParameters(operation)],
    ...requestBody(operation),
    responses: { ...answers(operation), ...problems(operation) },
  };
}

function requestBody({ body, bodyExample, form, upload }: Operation): object {
  const content = {
    ...(upload && { [octetStream]: { schema: { type: 'string', contentMediaType: octetStream } } }),
    ...(body && { 'application/json': { schema: body, ...(bodyExample && { example: bodyExample }) } }),
    ...(form && { 'application/x-www-form-urlencoded': { schema: form } }),
  };
  return body || form || upload ? { requestBody: { required: true, content } } : {};
}

function pathParameters(url: string): object[] {
  return [...url.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: name === 'id' ? { type: 'string', format: 'uuid' } : { type: 'string' },
  }));
}

function queryParameters(query: TObject | undefined): object[] {
  return Object.entries(query?.properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !IsOptional(schema),
    schema,
  }));
}

function headerParameters({ headers = {}, access }: Operation): object[] {
  const common: Record<string, HeaderDocument> = access === 'anonymous' ? {} : headers;
  return Object.entries(common).map(([name, header]) =>
    header.isShared ? { $ref: `#/components/parameters/${name}` } : headerParameter(name, header),
  );
}

const headerParameter = (name: string, { description, schema }: HeaderDocument): object => ({
  name,
  in: 'header',
  required: false,
  description,
  schema,
});

/** The headers that many routes take, once. */
function sharedHeaders(routes: Routes): Record<string, object> {
  const all = routes.documented.flatMap(({ operation }) => Object.entries(operation.headers ?? {}));
  return Object.fromEntries(
    all.flatMap(([name, header]) => (header.isShared ? [[name, headerParameter(name, header)]] : [])),
  );
}

/** The answers that many routes have in common, once. */
function sharedAnswers(routes: Routes): Record<string, object> {
  const all = routes.documented.flatMap(({ operation }) => operation.answers);
  return Object.fromEntries(
    all.flatMap((answer) =>
      answer.component === undefined ? [] : [[answer.component, answerObject(answer)]],
    ),
  );
}

function answers(operation: Operation): Record<string, object> {
  return Object.fromEntries(
    operation.answers.map((answer) => [
      String(answer.status),
      answer.component === undefined
        ? answerObject(answer)
        : { $ref: `#/components/responses/${answer.component}` },
    ]),
  );
}

function answerObject({ description, content, headers = {} }: Answer): object {
  return {
    description,
    headers,
    content: Object.fromEntries(
      Object.entries(content).map(([type, schema]: [string, TSchema | undefined]) => [
        type,
        { schema: schema ?? { type: 'string' } },
      ]),
    ),
  };
}

/** Every problem that a route can answer with: its own, and those of every route of its kind. */
export function problemsOf({
  access,
  body,
  problems: own = [],
  query,
  tag,
  upload,
}: Operation): ProblemType[] {
  const shared: ProblemType[] = ['not-acceptable', 'internal'];
  if (access !== 'anonymous')
    shared.push('unauthenticated', 'forbidden', 'overloaded', 'unavailable', 'invalid-request');
  if (query !== undefined || body !== undefined) shared.push('invalid-request');
  if (body !== undefined || upload) shared.push('request-timeout', 'unsupported-media-type');
  if (body !== undefined) shared.push('too-large');
  if (tag !== 'operations') shared.push('rate-limited');
  return [...new Set([...shared, ...own])];
}

/** Named by the problems that share a status on some route: hundreds of answers are a few dozen. */
function problemResponses(routes: Routes): Record<string, object> {
  const all = routes.documented.flatMap(({ operation }) => [...problemsByStatus(operation).values()]);
  return Object.fromEntries(all.map((types) => [types.join('.'), problemResponse(types)]));
}

function problems(operation: Operation): Record<string, object> {
  return Object.fromEntries(
    [...problemsByStatus(operation)].map(([status, types]) => [
      String(status),
      { $ref: `#/components/responses/${types.join('.')}` },
    ]),
  );
}

/** In the order of the statuses, without those that the route answers with by itself. */
function problemsByStatus(operation: Operation): Map<number, ProblemType[]> {
  const byStatus = new Map<number, ProblemType[]>();
  for (const type of problemsOf(operation)) {
    const { status } = problemTypes[type];
    byStatus.set(status, [...(byStatus.get(status) ?? []), type]);
  }
  for (const { status } of operation.answers) byStatus.delete(status);
  return new Map([...byStatus].toSorted(([one], [other]) => one - other));
}

function problemResponse(types: readonly ProblemType[]): object {
  const description = types.map((type) => `\`${type}\`: ${problemTypes[type].title}.`).join(' ');
  const schema = { $ref: '#/components/schemas/Problem' };
  const examples = Object.fromEntries(types.map((type) => [type, { $ref: `#/components/examples/${type}` }]));
  const headers = Object.assign({}, ...types.map((type) => problemHeaders[type]));
  return { description, headers, content: { 'application/problem+json': { schema, examples } } };
}
