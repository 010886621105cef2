import { aggregates, decodeEvent, leavesToAll, publicData, publicSchema } from '#domain';
import { derivedId, type EventDefinition, type JsonText, streamOf } from '#event-sourcing';
import { type JsonSchema, openSchema } from './json-schema.js';
import { cloudEventHeaders, exampleHeaders, exampleTime } from './cloud-event-headers.js';
import { topicOf } from './topics.js';

/** The public topics as AsyncAPI 3.0.0 has them, as far as this program makes and reads such a document. */
export interface AsyncApiDocument {
  readonly asyncapi: '3.0.0';
  readonly id: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly defaultContentType: string;
  /** By category. */
  readonly channels: Readonly<Record<string, Channel>>;
  readonly operations: Readonly<Record<string, object>>;
  readonly components: {
    /** The public form of each type of event, by type. */
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly messages: Readonly<Record<string, Message>>;
    readonly messageTraits: { readonly cloudEvent: { readonly headers: JsonSchema } };
  };
}

export interface Channel {
  readonly address: string;
  readonly title: string;
  readonly description: string;
  readonly messages: Readonly<Record<string, Reference>>;
}

export interface Message {
  /** The type of the event. */
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly contentType: string;
  readonly headers: JsonSchema;
  readonly payload: Reference;
  readonly bindings: { readonly kafka: { readonly key: JsonSchema; readonly bindingVersion: string } };
  readonly traits: readonly Reference[];
  readonly examples: readonly {
    readonly name: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly payload: object;
  }[];
}

interface Reference {
  readonly $ref: string;
}

export interface AsyncApiOptions {
  /** Of the program. */
  readonly version: string;
  /** Data of an event as it is stored in the newest version of its type, for its example. */
  readonly sampleOf: (type: string, schemaVersion: number) => JsonText;
}

interface PublicType extends EventDefinition {
  readonly category: string;
}

/** The document of what the services of other institutions may rely on. It says the same each time. */
export function asyncApiDocument({ version, sampleOf }: AsyncApiOptions): AsyncApiDocument {
  const types = aggregates.flatMap(({ category, events }) =>
    events.definitions
      .filter(({ type }) => leavesToAll(type))
      .map((definition): PublicType => ({ category, ...definition })),
  );
  const categories = [...new Set(types.map(({ category }) => category))];
  return {
    asyncapi: '3.0.0',
    id: 'urn:inquest:public-events',
    info: { title: 'Inquest: events for other institutions', version, ...about },
    defaultContentType: contentType,
    channels: byName(categories, (category) =>
      channelOf(
        category,
        types.filter((one) => one.category === category),
      ),
    ),
    operations: Object.fromEntries(
      categories.map((category) => [`send${capital(category)}Events`, sending(category)]),
    ),
    components: {
      schemas: Object.fromEntries(types.map((one) => [one.type, openSchema(publicSchema(one))])),
      messages: Object.fromEntries(types.map((one) => [one.type, messageOf(one, sampleOf)])),
      messageTraits: { cloudEvent: { headers: cloudEventHeaders } },
    },
  };
}

const contentType = 'application/json';

const about = {
  description:
    'Every event that leaves the institution, in its public form: dates, numbers, ids, digests and words of closed lists, ' +
    'never a text that somebody wrote, and never who acted. The events are CloudEvents 1.0 in the binary mode of Kafka. ' +
    'Each comes at least once, those of one stream in their order: drop what is at or below the position that you have seen ' +
    'of its stream.\n\n' +
    'Witnesses, referrals, refusals and accesses are not told of at all. Whatever is in a compartment, or of an item of ' +
    'evidence or an account that its provider restricted, or names one, is withheld and leaves no trace: revisions may have ' +
    'gaps.\n\n' +
    'Within one version of a topic nothing that you rely on goes away: no topic, type or member, no member that is always ' +
    'there becomes optional, none takes values it did not take before, and no closed list gets another word. New types and new ' +
    'members may come at any time: pass over those that you do not know. Any other change is a new version of the topic.\n\n' +
    'The same form is at `GET /v1/events`, as pages and as server-sent events, withheld by the restrictions of now: when the last ' +
    'restriction on an item is lifted, what a topic withheld can be read there.',
  license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
};

function channelOf(category: string, types: readonly PublicType[]): Channel {
  return {
    address: topicOf(category),
    title: `Events of the category ${category}`,
    description: 'The events of one stream are in one partition, oldest first.',
    messages: byName(
      types.map(({ type }) => type),
      (type) => ({ $ref: `#/components/messages/${type}` }),
    ),
  };
}

function sending(category: string): object {
  return {
    action: 'send',
    channel: { $ref: `#/channels/${category}` },
    summary: `Inquest sends the events of the category ${category}; consumers receive them.`,
  };
}

function messageOf(definition: PublicType, sampleOf: AsyncApiOptions['sampleOf']): Message {
  const { category, type } = definition;
  const payload = exampleOf(definition, sampleOf);
  return {
    name: type,
    title: inWords(type),
    summary:
      Object.keys(payload).length === 0 ? 'That it happened, and nothing of it.' : 'What may leave of it.',
    contentType,
    headers: { type: 'object', properties: { ce_type: { type: 'string', const: type } } },
    payload: { $ref: `#/components/schemas/${type}` },
    bindings: { kafka: { key: keyOf(category), bindingVersion: '0.5.0' } },
    traits: [{ $ref: '#/components/messageTraits/cloudEvent' }],
    examples: [{ name: type, headers: exampleHeaders(definition, sampleStream(category)), payload }],
  };
}

const keyOf = (category: string): JsonSchema => ({
  type: 'string',
  description: 'The stream of the event.',
  pattern: `^${category}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`,
});

const sampleStream = (category: string) => streamOf(category, derivedId('golden', `${category}Id`));

function exampleOf(
  { category, type, schemaVersion }: PublicType,
  sampleOf: AsyncApiOptions['sampleOf'],
): Record<string, unknown> {
  const recorded = {
    id: '',
    stream: sampleStream(category),
    revision: 0,
    position: 1n,
    metadata: '{}',
    recordedAt: exampleTime,
  };
  return publicData(
    decodeEvent({ ...recorded, type, schemaVersion, data: sampleOf(type, schemaVersion) }),
    'all',
  );
}

function byName<T>(names: readonly string[], make: (name: string) => T): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, make(name)]));
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** `EvidenceLinked` → `Evidence linked`. */
const inWords = (type: string) =>
  capital(type.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).trim());
