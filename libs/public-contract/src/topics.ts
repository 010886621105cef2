/**
 * The newest version of each public topic, where it is not the first. Raise it for a change that consumers would break
 * on: they go on reading the topic they know, to which nothing more comes, until they have turned to the new one.
 */
const newest: Readonly<Record<string, number>> = {};

/** The topic that has the public form of the events of a category. A name is given once and never changed. */
export function topicOf(category: string): string {
  return `inquest.public.${category}.v${newest[category] ?? 1}`;
}

/** What a topic is called in every version, and which version it is. */
export function versionOf(topic: string): { readonly name: string; readonly version: number } {
  const [, name = topic, version = '1'] = /^(.*)\.v([1-9]\d*)$/.exec(topic) ?? [];
  return { name, version: Number(version) };
}
