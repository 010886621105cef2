import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { Receipt } from '#event-sourcing';
import { id } from '#domain';
import type { HeaderDocument } from '../http/operation.js';

/** Up to 18 digits: more than JSON numbers keep, so a text there, and never more than the stores' 64 bits. */
export const positionPattern = '^(0|[1-9][0-9]{0,17})$';
export const position = Type.String({ pattern: positionPattern, examples: ['1234'] });

/** What a command is answered with. */
export const ReceiptBody = Type.Object(
  {
    id,
    stream: Type.String({ examples: ['investigation-5f0c8f1e-2a51-4c6c-9b7a-0d9f7c1f3c11'] }),
    /** Of the command's last event, or of the stream's where it changed nothing. */
    revision: Type.Integer({ minimum: 0 }),
    position,
    eventIds: Type.Array(id),
  },
  { additionalProperties: false },
);

export const receiptHeaders: Readonly<Record<string, HeaderDocument>> = {
  ETag: { description: 'The revision.', schema: Type.String({ examples: ['"18"'] }) },
  'Inquest-Position': { description: 'Send it with a query to read what you wrote.', schema: position },
  'Idempotency-Replayed': {
    description: '`true` where the command had been carried out before; this is its first receipt.',
    schema: Type.Literal('true'),
  },
};

export function receiptBody({ id: of, stream, revision, position: at, eventIds }: Receipt): object {
  return { id: of, stream, revision, position: String(at), eventIds };
}

export function setReceiptHeaders(reply: FastifyReply, { revision, position: at, replayed }: Receipt): void {
  reply.header('etag', `"${revision}"`).header('inquest-position', String(at));
  if (replayed) reply.header('idempotency-replayed', 'true');
}
