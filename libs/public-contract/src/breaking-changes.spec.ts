import { type AsyncApiDocument, type Channel, type Message } from './async-api.js';
import { breakingChanges } from './breaking-changes.js';
import type { JsonSchema } from './json-schema.js';
import { topicOf, versionOf } from './topics.js';

const message = (name: string, over: Partial<Message> = {}): Message => ({
  name,
  title: name,
  summary: name,
  contentType: 'application/json',
  headers: { type: 'object', properties: { ce_type: { const: name } } },
  payload: { $ref: `#/components/schemas/${name}` },
  bindings: { kafka: { key: { type: 'string', pattern: '^evidence-' }, bindingVersion: '0.5.0' } },
  traits: [],
  examples: [],
  ...over,
});

const channel = (address: string, ...types: string[]): Channel => ({
  address,
  title: address,
  description: address,
  messages: Object.fromEntries(types.map((type) => [type, { $ref: `#/components/messages/${type}` }])),
});

const sealed: JsonSchema = {
  type: 'object',
  required: ['content'],
  properties: { content: { enum: ['declared'] } },
};
const headers: JsonSchema = {
  type: 'object',
  required: ['ce_id'],
  properties: { ce_id: { type: 'string' } },
};

interface Parts {
  readonly channels?: AsyncApiDocument['channels'];
  readonly messages?: AsyncApiDocument['components']['messages'];
  readonly schemas?: AsyncApiDocument['components']['schemas'];
  readonly headers?: JsonSchema;
}

const documentOf = (parts: Parts = {}): AsyncApiDocument => ({
  asyncapi: '3.0.0',
  id: 'urn:test',
  info: { title: 'Test', version: '1', description: 'Test' },
  defaultContentType: 'application/json',
  channels: parts.channels ?? { evidence: channel('inquest.public.evidence.v1', 'EvidenceSealed') },
  operations: {},
  components: {
    schemas: parts.schemas ?? { EvidenceSealed: sealed },
    messages: parts.messages ?? { EvidenceSealed: message('EvidenceSealed') },
    messageTraits: { cloudEvent: { headers: parts.headers ?? headers } },
  },
});

const changes = (after: Parts) => breakingChanges(documentOf(), documentOf(after));

test('a document breaks nobody who relies on the same', () => expect(changes({})).toEqual([]));

describe('breaks consumers:', () => {
  test.each<[string, Parts]>([
    ['channel inquest.public.evidence.v1 is gone', { channels: {} }],
    [
      'channel inquest.public.evidence.v1 is gone',
      { channels: { incident: channel('inquest.public.incident.v2') } },
    ],
    [
      'EvidenceSealed is no longer in inquest.public.evidence.v1',
      { channels: { evidence: channel('inquest.public.evidence.v1') } },
    ],
    ['EvidenceSealed is no longer in inquest.public.evidence.v1', { messages: {} }],
    ['EvidenceSealed: content is no longer there', { schemas: { EvidenceSealed: { type: 'object' } } }],
    [
      'EvidenceSealed: content is no longer always there',
      { schemas: { EvidenceSealed: { ...sealed, required: [] } } },
    ],
    [
      'EvidenceSealed: content has the new value found',
      {
        schemas: { EvidenceSealed: { ...sealed, properties: { content: { enum: ['declared', 'found'] } } } },
      },
    ],
    ['EvidenceSealed: was object, is anything', { schemas: {} }],
    ['header ce_id is no longer there', { headers: { type: 'object' } }],
    [
      'EvidenceSealed: header ce_type has the new value Other',
      {
        messages: {
          EvidenceSealed: message('EvidenceSealed', {
            headers: { type: 'object', properties: { ce_type: { const: 'Other' } } },
          }),
        },
      },
    ],
    [
      'EvidenceSealed: the key: pattern was ^evidence-, is ^item-',
      {
        messages: {
          EvidenceSealed: message('EvidenceSealed', {
            bindings: { kafka: { key: { type: 'string', pattern: '^item-' }, bindingVersion: '0.5.0' } },
          }),
        },
      },
    ],
    [
      'EvidenceSealed: the content type was application/json, is application/cbor',
      { messages: { EvidenceSealed: message('EvidenceSealed', { contentType: 'application/cbor' }) } },
    ],
  ])('%s', (told, after) => expect(changes(after)).toContain(told));
});

describe('breaks nobody:', () => {
  test.each<[string, Parts]>([
    [
      'a new channel',
      {
        channels: {
          evidence: channel('inquest.public.evidence.v1', 'EvidenceSealed'),
          incident: channel('inquest.public.incident.v1'),
        },
      },
    ],
    [
      'a new type',
      {
        channels: { evidence: channel('inquest.public.evidence.v1', 'EvidenceSealed', 'EvidenceSold') },
        messages: { EvidenceSealed: message('EvidenceSealed'), EvidenceSold: message('EvidenceSold') },
      },
    ],
    [
      'a new member',
      {
        schemas: {
          EvidenceSealed: { ...sealed, properties: { ...sealed.properties, seal: { type: 'string' } } },
        },
      },
    ],
    [
      'a topic that goes on in a newer version, whatever is in that',
      {
        channels: { evidence: channel('inquest.public.evidence.v2') },
        messages: {},
        schemas: {},
        headers: {},
      },
    ],
  ])('%s', (_, after) => expect(changes(after)).toEqual([]));
});

test('an older version in the place of a topic is no newer one', () => {
  const second = documentOf({
    channels: { evidence: channel('inquest.public.evidence.v2', 'EvidenceSealed') },
  });
  expect(breakingChanges(second, documentOf())).toEqual(['channel inquest.public.evidence.v2 is gone']);
});

test('a topic has its category in its name, and a version', () => {
  expect(topicOf('evidence')).toBe('inquest.public.evidence.v1');
  expect(versionOf('inquest.public.evidence.v12')).toEqual({ name: 'inquest.public.evidence', version: 12 });
});
