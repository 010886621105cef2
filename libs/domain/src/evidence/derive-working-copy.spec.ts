import { derivedId } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { breached, copyId, derivation, derived, sha, storedCopy } from '../testing/exhibit.js';
import { registered, sampleId } from '../testing/samples.js';
import { deriveWorkingCopy } from './derive-working-copy.js';
import { evidence, WorkingCopyDerived } from './evidence.js';

const newCopy = derivedId('part', derivedId('test', 'command', 'first'), 'copy');
const recorded = (over: object = {}, ...irregularities: string[]) =>
  WorkingCopyDerived({ copyId: newCopy, ...derivation, ...over, irregularities });
const ofCopy = { from: copyId, purpose: 'transcription' as const, digests: [sha('e')] };

test('a working copy is on record, of the item or of another copy', async () => {
  await given(evidence, registered()).when(deriveWorkingCopy, derivation).then(recorded());
  await given(evidence, registered(), derived)
    .when(deriveWorkingCopy, { ...derivation, ...ofCopy })
    .then(recorded(ofCopy));
});

test('the same copy again changes nothing, whatever became of it since', () =>
  given(evidence, registered(), derived, storedCopy, breached({ copyId }))
    .when(deriveWorkingCopy, derivation)
    .nothing());

test.each([
  ['older than the acquisition', { derivedAt: '2025-02-21' }, 'derived-before-acquisition'],
  ['made in the future', { derivedAt: '2025-03-02' }, 'date-in-future'],
  ['that changed nothing', { digests: [sha('a')] }, 'copy-identical'],
  ['of a copy that nobody recorded', { ...ofCopy, from: sampleId('lost') }, 'copy-parent-unknown'],
  ['older than its parent', { ...ofCopy, derivedAt: '2025-02-24' }, 'derived-before-parent'],
  ['with the digest of its parent', { ...ofCopy, digests: [sha('c')] }, 'copy-identical'],
])('a copy %s is on record as irregular', (_, over, code) =>
  given(evidence, registered(), derived)
    .when(deriveWorkingCopy, { ...derivation, ...over })
    .then(recorded(over, code)),
);

test('a copy of what is in quarantine is irregular, whether the item or the parent is', async () => {
  await given(evidence, registered(), breached())
    .when(deriveWorkingCopy, derivation)
    .then(recorded({}, 'evidence-quarantined'));
  await given(evidence, registered(), derived, breached(), breached({ copyId, breachId: sampleId('other') }))
    .when(deriveWorkingCopy, { ...derivation, ...ofCopy })
    .then(recorded(ofCopy, 'evidence-quarantined'));
});

test('one digest is stated for each algorithm', () =>
  given(evidence, registered())
    .when(deriveWorkingCopy, { ...derivation, digests: [sha('a'), sha('b')] })
    .invalid('/digests'));
