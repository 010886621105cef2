import { derivedId } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { breached, copyId, derived, sha, stored, storedCopy } from '../testing/exhibit.js';
import { registered, sampleId } from '../testing/samples.js';
import { evidence } from './evidence.js';
import { reportBreach } from './report-breach.js';

const breachId = derivedId('part', derivedId('test', 'command', 'first'), 'breach of content');

test('what a download met is on record', async () => {
  await given(evidence, registered(), stored)
    .when(reportBreach, { kind: 'digest', found: sha('f'), foundLength: 42 })
    .then(breached({ breachId, by: 'download' }));
  await given(evidence, registered(), derived, storedCopy)
    .when(reportBreach, { copyId, kind: 'blockList' })
    .then(
      breached({
        breachId,
        by: 'download',
        copyId,
        kind: 'blockList',
        expected: { digest: sha('c'), length: 42 },
        found: {},
      }),
    );
});

test('a breach that is known is on record once', () =>
  given(evidence, registered(), stored, breached())
    .when(reportBreach, { kind: 'digest', found: sha('f'), foundLength: 42 })
    .nothing());

test('what is not stored cannot be broken', async () => {
  await given(evidence, registered()).when(reportBreach, { kind: 'missing' }).nothing();
  await given(evidence, registered(), stored)
    .when(reportBreach, { copyId: sampleId('another copy'), kind: 'missing' })
    .nothing();
});
