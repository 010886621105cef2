import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { DemoIssuer } from '#access';
import type { Operation } from '../http/operation.js';

export const demoTokenUrl = '/demo/token';
const formBytesMax = 4_096;

const operation: Operation = {
  id: 'SignInDemoUser',
  tag: 'documentation',
  summary: 'Signs in a demo user',
  description:
    'The password grant of RFC 6749, section 4.3, as a form; errors as in section 5.2. Standalone only.',
  access: 'anonymous',
  form: Type.Object({
    grant_type: Type.Literal('password'),
    username: Type.String({ examples: ['prosecutor'] }),
    password: Type.String(),
  }),
  answers: [
    {
      status: 200,
      description: 'An access token.',
      content: {
        'application/json': Type.Object({
          access_token: Type.String(),
          token_type: Type.Literal('Bearer'),
          expires_in: Type.Integer(),
        }),
      },
    },
    {
      status: 400,
      description: 'Not signed in.',
      content: {
        'application/json': Type.Object({ error: Type.String(), error_description: Type.String() }),
      },
    },
  ],
  problems: ['unsupported-media-type', 'too-large'],
};

/** The token endpoint of the demo users, in a context of its own: no other route takes a form. */
export function signInDemoUsers(fastify: FastifyInstance, issuer: DemoIssuer): void {
  void fastify.register(async (child) => {
    child.removeAllContentTypeParsers();
    child.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: formBytesMax },
      (_, body, done) => done(null, body),
    );
    child.post(demoTokenUrl, { config: { operation } }, async ({ body }, reply) => {
      const answer = await issuer.tokenEndpoint(typeof body === 'string' ? body : '');
      return reply.status(answer.status).headers(answer.headers).send(answer.body);
    });
  });
}
