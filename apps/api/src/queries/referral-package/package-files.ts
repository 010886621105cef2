import { createHash } from 'node:crypto';
import type { ContentRef, ContentStore } from '#content-store';
import { type Evidence, holdingOf, manifestDocument, namedIn, type Referral } from '#domain';
import { canonicalJson, type DeepReadonly, type EventStore, idOf } from '#event-sourcing';
import { eventLines } from './event-lines.js';
import { readme } from './readme.js';

/** A file of the package. Read twice it has the same bytes. */
export interface PackageFile {
  /** Below the folder of the package; made of words, ids and digests of ours, never of what somebody wrote. */
  readonly name: string;
  readonly size: number;
  /** SHA-256 of its bytes, where it has to have one. */
  readonly sha256?: string;
  read(signal: AbortSignal): AsyncIterable<Uint8Array>;
}

export interface PackageSource {
  readonly referralId: string;
  readonly referral: DeepReadonly<Referral>;
  /** Its items as they are now: they say where the content is. */
  readonly items: ReadonlyMap<string, DeepReadonly<Evidence>>;
  readonly store: EventStore;
  readonly content: Pick<ContentStore, 'read'>;
}

/** Every file but `SHA256SUMS`, which comes last and covers them. Events are read twice, so that none is kept. */
export async function* filesOf(source: PackageSource): AsyncGenerator<PackageFile> {
  const { referral, referralId, store } = source;
  yield textFile('README.txt', readme(referralId, referral.manifestHash));
  yield textFile('manifest.json', canonicalJson(manifestDocument(referral)), referral.manifestHash);
  const handedOn = new Set(referral.manifest.map(({ stream }) => stream));
  for (const entry of referral.manifest) {
    const read = () => eventLines(store, entry, handedOn);
    yield { name: `events/${entry.stream}.ndjson`, ...(await measured(read())), read };
  }
  for (const { stream, content = [] } of referral.manifest)
    for (const file of content) yield contentFile(source, idOf(stream), file);
}

function textFile(name: string, text: string, sha256?: string): PackageFile {
  const bytes = Buffer.from(text);
  return {
    name,
    size: bytes.length,
    ...(sha256 === undefined ? {} : { sha256 }),
    async *read() {
      yield bytes;
    },
  };
}

type Content = NonNullable<DeepReadonly<Referral>['manifest'][number]['content']>[number];

function contentFile({ items, content }: PackageSource, evidenceId: string, file: Content): PackageFile {
  const { name, length, digest, copyId } = file;
  const item = items.get(evidenceId);
  const held = item && holdingOf(item, copyId)?.content;
  // Both were looked at before the package was begun.
  if (!held) throw new Error(`the content of ${name} cannot be read`);
  const ref: ContentRef = { digest: held.digest, length: held.length, blocks: held.blocks };
  return {
    name: `content/${name}`,
    size: length,
    ...(digest.algorithm === 'sha-256' ? { sha256: digest.value } : {}),
    read: (signal) => content.read(ref, undefined, signal),
  };
}

async function measured(chunks: AsyncIterable<Uint8Array>): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: hash.digest('hex') };
}

/** The items that a manifest names, with their states. */
export function itemsOf(
  referral: DeepReadonly<Referral>,
  states: readonly ({ readonly state: DeepReadonly<Evidence> } | undefined)[],
): Map<string, DeepReadonly<Evidence>> {
  const { evidence } = namedIn(referral);
  return new Map(
    evidence.flatMap((id, index) => {
      const state = states[index]?.state;
      return state ? [[id, state]] : [];
    }),
  );
}
