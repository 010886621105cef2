import { by, given } from '#event-sourcing/testing';
import { evidence } from '../evidence/evidence.js';
import {
  after,
  closed,
  framed,
  linked,
  opened,
  requestOver,
  surrender,
  suspended,
  video,
} from '../testing/case.js';
import { registered } from '../testing/samples.js';
import { approveReassessment } from './approve-reassessment.js';
import {
  BearingReassessed,
  ConflictOfInterestDeclared,
  EvidenceLinked,
  EvidenceUnlinked,
  IncidentAttached,
  investigation,
  LeadAssigned,
  ReassessmentRequested,
} from './investigation.js';
import { reassessmentMaterial } from './reassessment.js';

const asked = { evidenceId: video, to: 'incriminating', reason: 'The date was misread' } as const;
const history = [opened, linked('exculpatory')] as const;
const request = requestOver(reassessmentMaterial(after(...history), asked));
const requested = by('first', ReassessmentRequested({ ...request, ...asked }));
const approval = { requestId: request.requestId, digest: request.digest };
const approved = BearingReassessed({ ...asked, from: 'exculpatory', requestId: request.requestId });
const second = { actor: 'second' };
const theVideo = [evidence, video, registered()] as const;

test('with a second person a bearing that favours the defence is left', () =>
  given(investigation, ...history, requested)
    .and(...theVideo)
    .when(approveReassessment, approval, second)
    .then(approved));

test('also on one issue', () => {
  const onTheIssue = { ...asked, issueId: surrender };
  const favours = BearingReassessed({ ...onTheIssue, from: 'unreviewed', to: 'exculpatory' });
  const events = [opened, framed, linked(), favours];
  const issueRequest = requestOver(reassessmentMaterial(after(...events), onTheIssue));
  return given(
    investigation,
    ...events,
    by('first', ReassessmentRequested({ ...issueRequest, ...onTheIssue })),
  )
    .and(...theVideo)
    .when(approveReassessment, { requestId: request.requestId, digest: issueRequest.digest }, second)
    .then(BearingReassessed({ ...onTheIssue, from: 'exculpatory', requestId: request.requestId }));
});

test('what else happens in the case does not make the request lapse', () =>
  given(
    investigation,
    ...history,
    requested,
    LeadAssigned({ lead: 'prosecutor-vega' }),
    IncidentAttached({ incidentId: surrender }),
  )
    .and(...theVideo)
    .when(approveReassessment, approval, second)
    .then(approved));

test('an approval again changes nothing', () =>
  given(investigation, ...history, requested, by('second', approved))
    .and(...theVideo)
    .when(approveReassessment, approval, second)
    .nothing());

test('who asked does not approve', () =>
  given(investigation, ...history, requested)
    .and(...theVideo)
    .when(approveReassessment, approval, { actor: 'first' })
    .refused('same-person'));

test('nothing is approved that somebody with a conflict of interest asked for', async () => {
  for (const member of ['first', 'portal']) {
    const conflict = ConflictOfInterestDeclared({ member, reason: 'A relative', irregularities: [] });
    await given(
      investigation,
      ...history,
      by('portal', ReassessmentRequested({ ...request, ...asked }), 'first'),
      conflict,
    )
      .and(...theVideo)
      .when(approveReassessment, approval, second)
      .refused('asker-conflicted');
  }
});

test('there has to be a request, and the newest', async () => {
  await given(investigation, ...history)
    .and(...theVideo)
    .when(approveReassessment, approval, second)
    .refused('approval-unknown');
  const newer = ReassessmentRequested({ ...request, requestId: surrender, ...asked, reason: 'Other' });
  await given(investigation, ...history, requested, by('first', newer))
    .and(...theVideo)
    .when(approveReassessment, approval, second)
    .refused('approval-unknown');
});

test('an expired request is not approved', () =>
  given(investigation, ...history, requested)
    .and(...theVideo)
    .when(approveReassessment, approval, { ...second, now: request.expiresAt })
    .refused('approval-expired'));

test('a request lapses when the bearing changed, or something else was reviewed', async () => {
  const changed = BearingReassessed({
    evidenceId: video,
    from: 'exculpatory',
    to: 'mitigating',
    reason: 'Less',
  });
  await given(investigation, ...history, requested, changed)
    .and(...theVideo)
    .when(approveReassessment, approval, second)
    .refused('approval-lapsed');
  await given(investigation, ...history, requested)
    .and(...theVideo)
    .when(approveReassessment, { ...approval, digest: '0'.repeat(64) }, second)
    .refused('approval-lapsed');
});

test('an item that left the case meanwhile has no bearing to approve', async () => {
  const history = [opened, linked()];
  const material = requestOver(reassessmentMaterial(after(...history), asked));
  const unlinked = EvidenceUnlinked({ evidenceId: video, reason: 'A mistake' });
  await given(
    investigation,
    ...history,
    by('first', ReassessmentRequested({ ...material, ...asked })),
    unlinked,
  )
    .and(...theVideo)
    .when(approveReassessment, { ...approval, digest: material.digest }, second)
    .refused('evidence-not-linked');
});

test('a request lapses when the item rejoined as another part, or for another reason', async () => {
  const unlinked = EvidenceUnlinked({ evidenceId: video, reason: 'A mistake', requestId: surrender });
  const { data } = linked('exculpatory');
  for (const over of [{ locator: '00:12' }, { relevance: 'The moments after' }])
    await given(investigation, ...history, requested, unlinked, EvidenceLinked({ ...data, ...over }))
      .and(...theVideo)
      .when(approveReassessment, approval, second)
      .refused('approval-lapsed');
});

test('what became of the item since the request counts', () =>
  given(investigation, ...history, requested)
    .and(evidence, video, registered({ irregularities: ['seal-broken'] }))
    .when(approveReassessment, approval, second)
    .refused('evidence-irregular'));

test('neither in a closed nor in a suspended case', async () => {
  await given(investigation, ...history, requested, closed)
    .and(...theVideo)
    .when(approveReassessment, approval, second)
    .refused('investigation-closed');
  await given(investigation, ...history, requested, suspended)
    .and(...theVideo)
    .when(approveReassessment, approval, second)
    .refused('investigation-suspended');
});
