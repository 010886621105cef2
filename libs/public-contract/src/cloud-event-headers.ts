import { id, instant, streamName } from '#domain';
import { derivedId, type EventDefinition } from '#event-sourcing';
import { type JsonSchema, openSchema } from './json-schema.js';

const decimal = (description: string): JsonSchema => ({
  type: 'string',
  description,
  pattern: '^(0|[1-9][0-9]*)$',
});

/** CloudEvents 1.0.2 and its Kafka protocol binding 1.0.2, section 3.2: attributes are headers of the record, in UTF-8. */
export const cloudEventHeaders: JsonSchema = {
  type: 'object',
  required: [
    'content-type',
    'ce_specversion',
    'ce_id',
    'ce_source',
    'ce_type',
    'ce_subject',
    'ce_time',
    'ce_position',
    'ce_revision',
    'ce_schemaversion',
  ],
  properties: {
    'content-type': { type: 'string', const: 'application/json' },
    ce_specversion: { type: 'string', const: '1.0' },
    ce_id: { ...openSchema(id), description: 'The id of the event; a repeat has the same.' },
    ce_source: {
      type: 'string',
      format: 'uri-reference',
      description: 'The log that the event is in; the same for all of one institution.',
    },
    ce_type: { type: 'string', description: 'The type of the event. Pass over those you do not know.' },
    ce_subject: { ...openSchema(streamName), description: 'The stream of the event, which is the key too.' },
    ce_time: { ...openSchema(instant), description: 'When it was recorded.' },
    ce_position: decimal('Its place in the log: growing, with gaps. May be larger than 53 bits.'),
    ce_revision: decimal('Its place in its stream, from 0; with gaps where something is withheld.'),
    ce_schemaversion: decimal('The version of the shape of its data, the newest that the sender knows.'),
  },
};

export const exampleTime = '2025-03-01T12:00:00Z';

export function exampleHeaders(
  { type, schemaVersion }: EventDefinition,
  stream: string,
): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_id: derivedId('golden', type),
    ce_source: 'urn:inquest:example',
    ce_type: type,
    ce_subject: stream,
    ce_time: exampleTime,
    ce_position: '4711',
    ce_revision: '3',
    ce_schemaversion: String(schemaVersion),
  };
}
