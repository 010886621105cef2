import { by, given } from '#event-sourcing/testing';
import { breached, copyId, derived, sha, stored, storedCopy, upload } from '../testing/exhibit.js';
import { registered, sampleId } from '../testing/samples.js';
import { ContentStored, evidence } from './evidence.js';
import { storeContent } from './store-content.js';

test('content that has the registered digests is stored', () =>
  given(evidence, registered()).when(storeContent, upload).then(stored));

test('whatever else it was hashed by', () => {
  const digests = [{ algorithm: 'sha3-256' as const, value: 'd'.repeat(64) }, sha('a')];
  return given(evidence, registered())
    .when(storeContent, { ...upload, digests })
    .then(ContentStored({ ...upload, digests }));
});

test('the same content again changes nothing, under another name too, in quarantine too', async () => {
  await given(evidence, registered(), stored).when(storeContent, upload).nothing();
  await given(evidence, registered(), stored)
    .when(storeContent, { ...upload, fileName: 'other.mp4' })
    .nothing();
  await given(evidence, registered(), stored, breached({ kind: 'sealBroken' }))
    .when(storeContent, upload)
    .nothing();
});

test('content of a working copy is told by the digests of the copy', async () => {
  const { data } = storedCopy;
  await given(evidence, registered(), derived).when(storeContent, data).then(storedCopy);
  await given(evidence, registered(), derived)
    .when(storeContent, { ...upload, copyId })
    .refused('content-differs');
});

test('there has to be such a working copy', () =>
  given(evidence, registered())
    .when(storeContent, { ...upload, copyId: sampleId('another copy') })
    .refused('copy-unknown'));

test('content with other digests is not the item', async () => {
  await given(evidence, registered())
    .when(storeContent, { ...upload, digest: sha('b'), digests: [sha('b')] })
    .refused('content-differs');
  await given(evidence, registered({ digests: [sha('a'), { algorithm: 'sha-512', value: 'a'.repeat(128) }] }))
    .when(storeContent, upload)
    .refused('content-differs');
  await given(evidence, registered())
    .when(storeContent, { ...upload, digest: sha('b'), digests: [sha('a'), sha('b')] })
    .refused('content-differs');
});

test('an item without a digest has no content of which anybody could say that it is its own', () =>
  given(evidence, registered({ form: 'physical', digests: [] }))
    .when(storeContent, upload)
    .refused('digest-not-registered'));

test('nothing is stored for the first time in quarantine', () =>
  given(evidence, registered(), breached({ kind: 'statedDigest', by: 'custody' }))
    .when(storeContent, upload)
    .refused('evidence-quarantined'));

test('content that is known to be broken is stored anew, once', () =>
  given(evidence, registered(), stored, breached()).when(storeContent, upload).then(stored));

test('content that was intact again when it was last looked at is not', () =>
  given(
    evidence,
    registered(),
    stored,
    breached(),
    by('someone', ContentStored({ ...upload, fileName: 'again.mp4' })),
  )
    .when(storeContent, upload)
    .nothing());
