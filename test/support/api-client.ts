import { Compile } from 'typebox/schema';
import type { ApiSuite, RunningApi } from './api.js';

/** An answer whose status, media type and body the OpenAPI document has. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** What the JSON body has under these member names and indexes; undefined where there is nothing. */
  at(...path: readonly (string | number)[]): unknown;
}

export interface Client {
  get(path: string, headers?: Record<string, string>): Promise<Answered>;
  /** Texts and bytes are sent as they are, everything else as JSON. */
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answered>;
  /** Sends content. */
  put(path: string, content: Uint8Array<ArrayBuffer>, headers?: Record<string, string>): Promise<Answered>;
  /** Posts, and throws unless it succeeded. Gives the id and the position of the receipt. */
  command(
    path: string,
    body: object,
    headers?: Record<string, string>,
  ): Promise<{ id: string; position: string }>;
}

/** An API somewhere, and the document that its answers keep to. */
export type Asked = Pick<RunningApi, 'url'> & { readonly api: Pick<RunningApi['api'], 'document'> };

/** Asks one API as a demo user (`undefined`: as nobody). Throws when an answer is not in the OpenAPI document. */
export function client({ url, api }: Asked, { issuer }: ApiSuite, user: string | undefined): Client {
  const token = user === undefined ? undefined : issuer.tokens[user];
  if (user !== undefined && token === undefined) throw new Error(`there is no demo user ${user}`);
  const authorization: Record<string, string> =
    token === undefined ? {} : { authorization: `Bearer ${token}` };

  const ask = async (method: string, path: string, init: RequestInit): Promise<Answered> => {
    const response = await fetch(`${url}${path}`, { ...init, method });
    const text = await response.text();
    const type = response.headers.get('content-type')?.split(';')[0] ?? '';
    const body: unknown = /[/+]json$/.test(type) && text !== '' ? JSON.parse(text) : undefined;
    conform(api.document, method, path, { status: response.status, type, body: body ?? text });
    return { status: response.status, headers: response.headers, text, at: (...at) => memberAt(body, at) };
  };
  const post: Client['post'] = (path, body, headers = {}) =>
    ask('POST', path, {
      headers: { ...authorization, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: isRaw(body) ? body : JSON.stringify(body) }),
    });
  return {
    get: (path, headers = {}) => ask('GET', path, { headers: { ...authorization, ...headers } }),
    post,
    put: (path, body, headers = {}) =>
      ask('PUT', path, {
        headers: { ...authorization, 'content-type': 'application/octet-stream', ...headers },
        body,
      }),
    command: async (path, body, headers) => {
      const answer = await post(path, body, headers);
      if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.text}`);
      return { id: String(answer.at('id')), position: String(answer.at('position')) };
    },
  };
}

function isRaw(body: unknown): body is string | Uint8Array<ArrayBuffer> {
  return typeof body === 'string' || body instanceof Uint8Array;
}

export function memberAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, name) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, name) : undefined),
    value,
  );
}

interface Shown {
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

type Check = (body: unknown) => string | undefined;
const checks = new WeakMap<object, Map<string, Check>>();

/** The document as a client gets it. It never changes, and making it anew for every answer would take longer than the answer. */
const sent = new WeakMap<object, unknown>();
function asSent(document: object): unknown {
  const known: unknown = sent.get(document) ?? JSON.parse(JSON.stringify(document));
  sent.set(document, known);
  return known;
}

/** Throws unless the document has this answer. An address or a method that is not in it is one of the few problems of any address. */
function conform(document: RunningApi['api']['document'], method: string, path: string, shown: Shown): void {
  const paths = asSent(document);
  const template = Object.keys(document.paths).find((known) => matches(known, path));
  const content = memberAt(documentedAnswer(paths, template ?? '', method.toLowerCase(), shown.status), [
    'content',
  ]);
  const isOfAnyAddress = [400, 404, 405].includes(shown.status) && shown.type === 'application/problem+json';
  const where = `${method} ${template ?? path} ${shown.status} ${shown.type}`;
  if (content === undefined && isOfAnyAddress) return;
  const schema = memberAt(content, [shown.type, 'schema']);
  if (typeof schema !== 'object' || schema === null)
    throw new Error(`the document does not have ${where}: ${JSON.stringify(shown.body)}`);
  const known = checks.get(document) ?? new Map<string, Check>();
  checks.set(document, known);
  const check = known.get(where) ?? checkOf(resolved(schema, paths));
  known.set(where, check);
  const wrong = check(shown.body);
  if (wrong !== undefined)
    throw new Error(`${where} is not as documented: ${wrong} in ${JSON.stringify(shown.body)}`);
}

/** What the document says of one answer of a route, if it does. */
export function documentedAnswer(document: unknown, path: string, method: string, status: number): unknown {
  const answer = memberAt(document, ['paths', path, method, 'responses', String(status)]);
  return typeof answer === 'object' && answer !== null ? resolved(answer, document) : undefined;
}

function checkOf(schema: object): Check {
  const validator = Compile(schema);
  return (body) => {
    if (validator.Check(body)) return undefined;
    const [, errors] = validator.Errors(body);
    return errors.map(({ instancePath, message }) => `${instancePath} ${message}`).join('; ');
  };
}

function resolved(schema: object, document: unknown): object {
  const reference =
    '$ref' in schema && typeof schema.$ref === 'string' ? schema.$ref.slice(2).split('/') : undefined;
  const target = reference === undefined ? schema : memberAt(document, reference);
  if (typeof target !== 'object' || target === null)
    throw new Error(`${reference?.join('/')} is not in the document`);
  return target;
}

function matches(template: string, path: string): boolean {
  const [pathname = ''] = path.split('?');
  return new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(pathname);
}
