import { derivedId } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { breached, broken, copyId, derived, intact, sha, stored, storedCopy } from '../testing/exhibit.js';
import { registered, sampleId } from '../testing/samples.js';
import { checkIntegrity } from './check-integrity.js';
import { evidence, IntegrityChecked } from './evidence.js';

const moment = '2025-03-01T12:00:00.000Z';
const checked = (over: object = {}) =>
  IntegrityChecked({ by: 'check', digest: sha('a'), length: 42, checkedAt: moment, ...over });
const newBreach = derivedId('part', derivedId('test', 'command', 'first'), 'breach of content');

test('content that is what was stored is on record as checked', async () => {
  await given(evidence, registered(), stored).when(checkIntegrity, {}, { found: intact }).then(checked());
  await given(evidence, registered(), derived, storedCopy)
    .when(checkIntegrity, { copyId }, { found: intact })
    .then(checked({ copyId, digest: sha('c') }));
});

test('a second check on one day says nothing new, on another day it does', async () => {
  await given(evidence, registered(), stored, checked({ checkedAt: '2025-03-01T00:00:01.000Z' }))
    .when(checkIntegrity, {}, { found: intact })
    .nothing();
  await given(evidence, registered(), stored, checked({ checkedAt: '2025-02-28T23:59:59.000Z' }))
    .when(checkIntegrity, {}, { found: intact })
    .then(checked());
});

test('a breach is on record with what should have been there and what was', async () => {
  await given(evidence, registered(), stored)
    .when(checkIntegrity, {}, { found: broken() })
    .then(breached({ breachId: newBreach }));
  await given(evidence, registered(), stored, checked())
    .when(checkIntegrity, {}, { found: broken({ kind: 'missing' }) })
    .then(breached({ breachId: newBreach, kind: 'missing', found: {} }));
});

test('a breach that is known is found once, another one again', async () => {
  await given(evidence, registered(), stored, breached())
    .when(checkIntegrity, {}, { found: broken() })
    .nothing();
  await given(evidence, registered(), stored, breached())
    .when(checkIntegrity, {}, { found: broken({ kind: 'missing' }) })
    .then(breached({ breachId: newBreach, kind: 'missing', found: {} }));
});

test('content that was intact in between, or stored anew, is broken anew', async () => {
  for (const repaired of [checked(), stored])
    await given(evidence, registered(), stored, breached(), repaired)
      .when(checkIntegrity, {}, { found: broken() })
      .then(breached({ breachId: newBreach }));
});

test('that broken content is intact again is on record on the same day', () =>
  given(evidence, registered(), stored, breached())
    .when(checkIntegrity, {}, { found: intact })
    .then(checked()));

test('only content that our store holds is checked', async () => {
  await given(evidence, registered()).when(checkIntegrity, {}).refused('content-not-held');
  await given(evidence, registered(), stored, derived)
    .when(checkIntegrity, { copyId })
    .refused('content-not-held');
  await given(evidence, registered(), stored)
    .when(checkIntegrity, { copyId: sampleId('another copy') })
    .refused('copy-unknown');
});
