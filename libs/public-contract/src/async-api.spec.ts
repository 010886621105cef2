import { readFileSync } from 'node:fs';
import { type Diagnostic, Parser } from '@asyncapi/parser';
import { Compile } from 'typebox/schema';
import { aggregates, leavesToAll, publicCategories } from '#domain';
import { attributesOf, sourceOf } from '#messaging';
import { type AsyncApiDocument, asyncApiDocument } from './async-api.js';
import { topicOf } from './topics.js';

const sampleOf = (type: string, schemaVersion: number) =>
  readFileSync(`test/golden/${type}.v${schemaVersion}.json`, 'utf8');
const document = asyncApiDocument({ version: '1.2.3', sampleOf });

/** What the official parser finds, but that there is a newer version of the specification. */
const findings = async (text: string) => {
  const { diagnostics } = await new Parser().parse(text);
  return diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version').map(toldOf);
};
const toldOf = ({ code, message, path }: Diagnostic) => `${code} at ${path.join('/')}: ${message}`;

test('the official parser has nothing to say against the document', async () => {
  expect(await findings(JSON.stringify(document))).toEqual([]);
});

test('it would say so if a message were nowhere described, or an operation did what none does', async () => {
  const text = JSON.stringify(document);
  const lost = await findings(text.replace('"EvidenceLinked":{"name"', '"EvidenceLeft":{"name"'));
  expect(lost.join()).toContain('EvidenceLinked');
  expect(await findings(text.replace('"action":"send"', '"action":"sends"'))).not.toEqual([]);
});

test('there is one channel for each public topic, with a message for each type that leaves', () => {
  expect(Object.values(document.channels).map(({ address }) => address)).toEqual(
    publicCategories.map(topicOf),
  );
  expect(document.channels['evidence']?.address).toBe('inquest.public.evidence.v1');
  for (const { category, events } of aggregates) {
    const types = events.definitions.map(({ type }) => type).filter(leavesToAll);
    expect(Object.keys(document.channels[category]?.messages ?? {})).toEqual(types);
  }
});

test('a message says its type, its key and the shape of its data', () => {
  const { EvidenceLinked: message } = document.components.messages;
  expect(message?.headers.properties?.['ce_type']).toEqual({ type: 'string', const: 'EvidenceLinked' });
  expect(message?.bindings.kafka.key.pattern).toMatch(/^\^investigation-/);
  expect(document.components.schemas['EvidenceLinked']).toMatchObject({
    required: ['evidenceId'],
    properties: { evidenceId: { type: 'string' }, digest: { type: 'object' } },
  });
});

test('every example has the headers and the data that are promised', () => {
  const isCloudEvent = Compile(document.components.messageTraits.cloudEvent.headers);
  for (const { name, examples } of Object.values(document.components.messages))
    for (const { headers, payload } of examples) {
      expect([name, ...isCloudEvent.Errors(headers)[1]]).toEqual([name]);
      const [, errors] = Compile(document.components.schemas[name] ?? {}).Errors(payload);
      expect([name, ...errors]).toEqual([name]);
    }
});

test('the headers are those that every record of an event has', () => {
  const event = { id: crypto.randomUUID(), type: 'EvidenceLinked', revision: 3, position: 4711n };
  const stream = `investigation-${crypto.randomUUID()}`;
  const recordedAt = '2025-03-01T12:00:00.000Z';
  const source = sourceOf('a house of justice');
  const headers = attributesOf({ ...event, stream, recordedAt }, { source, schemaVersion: 2 });
  const promised = document.components.messageTraits.cloudEvent.headers;
  expect(Object.keys(headers).toSorted()).toEqual(Object.keys(promised.properties ?? {}).toSorted());
  expect(Compile(promised).Errors(headers)[1]).toEqual([]);
});

test('no schema keeps a reader from members that come later', () => {
  expect(JSON.stringify(document.components.schemas)).not.toContain('additionalProperties');
});

test('the committed document is of this kind', () => {
  const committed: AsyncApiDocument = JSON.parse(readFileSync('docs/asyncapi.json', 'utf8'));
  expect(committed.components).toEqual(JSON.parse(JSON.stringify(document.components)));
});
