import { join, resolve } from 'node:path';
import { check } from '../check.js';
import type { ContentStore } from '../content-store.js';
import { receive } from '../reception.js';
import { verifiedRead } from '../verified-read.js';
import { Drafts } from './drafts.js';
import { localShelf } from './local-shelf.js';
import { Places, prepareRoot } from './places.js';

/**
 * A folder of this machine, which the store owns: `uploads/` what is being written, `damaged/` what was found damaged,
 * `<algorithm>/<first two digits>/<digest>` content, beside it its block list. It must be on a file system with hard
 * links. Folders are for the owner only, kept files read-only. Any number of processes may use it at once.
 *
 * @throws ContentStoreUnavailable when it is not a folder or cannot be written to.
 */
export async function localContentStore(folder: string): Promise<ContentStore> {
  const root = resolve(folder);
  await prepareRoot(root);
  const places = new Places(root);
  const drafts = new Drafts(join(root, 'uploads'));
  const shelf = localShelf(places, drafts);
  return {
    async put(content, expected, signal) {
      const reception = receive(content, expected, signal);
      const draft = await drafts.write(reception.blocks);
      try {
        const { ref, blockList, mediaType } = reception.received();
        // The block list first: one without content is never looked at, content without its list could not be read.
        await shelf.keepBlockList(ref.digest, blockList);
        const { alreadyHeld } = await places.keep(draft, ref.digest, () =>
          check(shelf, ref, signal && { signal }),
        );
        return { ...ref, mediaType, alreadyHeld };
      } finally {
        await drafts.discard(draft);
      }
    },
    read: (ref, range, signal) => verifiedRead(shelf, ref, range, signal),
    check: (ref, options) => check(shelf, ref, options),
    sweep: (olderThanMs) => drafts.sweep(olderThanMs),
    // Every file is closed by the call that opened it.
    close: () => Promise.resolve(),
  };
}
