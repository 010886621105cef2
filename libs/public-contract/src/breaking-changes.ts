import type { AsyncApiDocument, Channel, Message } from './async-api.js';
import { breakingSchemaChanges } from './schema-changes.js';
import { versionOf } from './topics.js';

/**
 * What consumers who rely on the one document would break on under the other, each as a sentence; nothing where they can
 * go on. New topics, new types and new members break nobody. A topic that is replaced by a newer version of itself is
 * not compared: that is how what has to break is broken.
 */
export function breakingChanges(before: AsyncApiDocument, after: AsyncApiDocument): string[] {
  const now = new Map(Object.values(after.channels).map((channel) => [channel.address, channel]));
  const changes = Object.values(before.channels).flatMap((channel) => {
    const kept = now.get(channel.address);
    if (kept !== undefined) return changesOfChannel(before, after, channel, kept);
    return isReplaced(channel.address, [...now.keys()]) ? [] : [`channel ${channel.address} is gone`];
  });
  return [...new Set(changes)];
}

function isReplaced(address: string, addresses: readonly string[]): boolean {
  const old = versionOf(address);
  return addresses.map(versionOf).some(({ name, version }) => name === old.name && version > old.version);
}

function changesOfChannel(
  before: AsyncApiDocument,
  after: AsyncApiDocument,
  channel: Channel,
  kept: Channel,
): string[] {
  return Object.keys(channel.messages)
    .flatMap((type) => {
      const known = before.components.messages[type];
      const now = after.components.messages[type];
      if (known === undefined) return [];
      if (now === undefined || kept.messages[type] === undefined)
        return [`${type} is no longer in ${channel.address}`];
      return changesOfMessage(before, after, known, now).map((change) => `${type}: ${change}`);
    })
    .concat(
      breakingSchemaChanges(
        before.components.messageTraits.cloudEvent.headers,
        after.components.messageTraits.cloudEvent.headers,
        '',
      ).map((change) => `header ${change}`),
    );
}

function changesOfMessage(
  before: AsyncApiDocument,
  after: AsyncApiDocument,
  known: Message,
  now: Message,
): string[] {
  const type = known.name;
  const { [type]: payloadBefore = {} } = before.components.schemas;
  const { [type]: payloadNow = {} } = after.components.schemas;
  return [
    ...breakingSchemaChanges(payloadBefore, payloadNow, ''),
    ...breakingSchemaChanges(known.bindings.kafka.key, now.bindings.kafka.key, 'the key'),
    ...breakingSchemaChanges(known.headers, now.headers, '').map((change) => `header ${change}`),
    ...(known.contentType === now.contentType
      ? []
      : [`the content type was ${known.contentType}, is ${now.contentType}`]),
  ];
}
