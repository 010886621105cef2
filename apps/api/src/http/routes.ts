import type { FastifyInstance } from 'fastify';
import type { Operation } from './operation.js';

export interface Route {
  readonly method: string;
  /** As Fastify has it: `/v1/incidents/:id`. */
  readonly url: string;
  readonly operation: Operation;
}

/** The routes of one server as they were registered: what is documented and what is served cannot differ. */
export class Routes {
  readonly documented: Route[] = [];
  readonly #patterns: { readonly pattern: RegExp; readonly method: string }[] = [];

  /** Refuses a route that does not say who may ask; the documentation's own pages are open to anybody. */
  collectFrom(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ method, url, config }) => {
      const operation = config?.operation;
      const methods = [method].flat();
      if (operation === undefined && !isDocumentation(url) && !methods.includes('OPTIONS'))
        throw new Error(`${methods.join()} ${url} says nothing about who may ask`);
      for (const one of methods) {
        this.#patterns.push({ pattern: patternOf(url), method: one });
        if (operation !== undefined && one !== 'HEAD') this.documented.push({ method: one, url, operation });
      }
    });
  }

  /** The methods that an address takes; none for an address that is not there. */
  methodsOf(path: string): string[] {
    const matching = this.#patterns.filter(
      ({ pattern, method }) => method !== 'OPTIONS' && pattern.test(path),
    );
    return [...new Set(matching.map(({ method }) => method))].toSorted();
  }
}

export const documentationPath = 'docs';

/** Whether an address, with its query or without, is one of the documentation's own pages. */
export function isDocumentation(url: string): boolean {
  const [path = ''] = url.split('?', 1);
  return path === `/${documentationPath}` || path.startsWith(`/${documentationPath}/`);
}

function patternOf(url: string): RegExp {
  const parts = url.split('/').map((part) => {
    if (part.startsWith(':')) return '[^/]+';
    return part === '*' ? '.*' : part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  });
  return new RegExp(`^${parts.join('/')}$`);
}
