import { given, subjectId } from '#event-sourcing/testing';
import { filed, highestId, lowestId, sampleId } from '../testing/samples.js';
import { allegation, AllegationTriaged } from './allegation.js';
import { triageAllegation } from './triage-allegation.js';

const original = sampleId('original');
const earlier = filed({ filedAt: '2025-02-19T09:00:00.000Z' });
const later = filed({ filedAt: '2025-02-21T09:00:00.000Z' });
const accepted = { decision: 'accepted', reason: 'Specific and checkable' } as const;
const deferred = { decision: 'deferred', until: '2025-04-01', reason: 'The report is announced' } as const;
const duplicate = { decision: 'duplicate', duplicateOf: original, reason: 'The same report' } as const;

test('an allegation is accepted with a reason', () =>
  given(allegation, filed()).when(triageAllegation, accepted).then(AllegationTriaged(accepted)));

test('the same decision for the same reason changes nothing', () =>
  given(allegation, filed(), AllegationTriaged(accepted)).when(triageAllegation, accepted).nothing());

test('what was decided can be decided again', () => {
  const rejected = { decision: 'rejected', reason: 'The footage is from another year' } as const;
  return given(allegation, filed(), AllegationTriaged(accepted))
    .when(triageAllegation, rejected)
    .then(AllegationTriaged(rejected));
});

test('the same decision for another reason is recorded', () => {
  const again = { ...accepted, reason: 'A second account came in' };
  return given(allegation, filed(), AllegationTriaged(accepted))
    .when(triageAllegation, again)
    .then(AllegationTriaged(again));
});

test('an allegation is deferred until a day', () =>
  given(allegation, filed()).when(triageAllegation, deferred).then(AllegationTriaged(deferred)));

test('a deferral does not end today or before', () =>
  given(allegation, filed())
    .when(triageAllegation, { ...deferred, until: '2025-03-01' })
    .refused('deferral-past'));

test('an allegation is a duplicate of one filed earlier', () =>
  given(allegation, filed())
    .and(allegation, original, earlier)
    .when(triageAllegation, duplicate)
    .then(AllegationTriaged(duplicate)));

test('an allegation is no duplicate of one filed later', () =>
  given(allegation, filed())
    .and(allegation, original, later)
    .when(triageAllegation, duplicate)
    .refused('duplicate-of-later'));

test('of two filed at the same time the one with the higher id is the duplicate', async () => {
  const of = (id: string) =>
    given(allegation, filed())
      .and(allegation, id, filed())
      .when(triageAllegation, { ...duplicate, duplicateOf: id });
  await of(lowestId).then(AllegationTriaged({ ...duplicate, duplicateOf: lowestId }));
  await of(highestId).refused('duplicate-of-later');
});

test('an allegation is no duplicate of itself', () =>
  given(allegation, filed())
    .when(triageAllegation, { ...duplicate, duplicateOf: subjectId })
    .refused('duplicate-of-itself'));

test('the original has to exist', () =>
  given(allegation, filed()).when(triageAllegation, duplicate).refused('allegation-unknown'));

test('a decision is given with what belongs to it, and nothing else', async () => {
  const triage = given(allegation, filed());
  await triage.when(triageAllegation, { decision: 'deferred', reason: 'Later' }).invalid('/decision');
  await triage.when(triageAllegation, { decision: 'duplicate', reason: 'Same' }).invalid('/decision');
  await triage.when(triageAllegation, { ...accepted, until: '2025-04-01' }).invalid('/until');
  await triage.when(triageAllegation, { ...accepted, duplicateOf: original }).invalid('/duplicateOf');
});
