import { Type } from 'typebox';
import type { HeaderDocument } from '../http/operation.js';
import type { ProblemType } from '../problems/problem-types.js';

const whole = Type.String({ pattern: '^[0-9]+$' });
const retryAfter: Readonly<Record<string, HeaderDocument>> = {
  'Retry-After': { description: 'Seconds to wait before asking again.', schema: whole },
};

/** What the answer says in its headers, by the type of the problem. */
export const problemHeaders: Partial<Record<ProblemType, Readonly<Record<string, HeaderDocument>>>> = {
  unauthenticated: {
    'WWW-Authenticate': {
      description: 'What is wrong with the token (RFC 6750, section 3).',
      schema: Type.String({ examples: ['Bearer realm="inquest", error="invalid_token"'] }),
    },
  },
  'method-not-allowed': {
    Allow: { description: 'The methods of this address.', schema: Type.String({ examples: ['GET, HEAD'] }) },
  },
  busy: retryAfter,
  'revision-moved': {
    ETag: {
      description: 'The newest revision, where there is one.',
      schema: Type.String({ examples: ['"18"'] }),
    },
  },
  'range-not-satisfiable': {
    'Content-Range': {
      description: 'How long the content is.',
      schema: Type.String({ examples: ['bytes */4711'] }),
    },
  },
  'rate-limited': {
    ...retryAfter,
    'RateLimit-Limit': { description: 'Requests in a minute.', schema: whole },
    'RateLimit-Remaining': { description: 'How many of them are left.', schema: whole },
    'RateLimit-Reset': { description: 'Seconds until they are all there again.', schema: whole },
  },
  overloaded: retryAfter,
  'view-behind': retryAfter,
  unavailable: retryAfter,
};
