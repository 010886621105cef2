import { by, given } from '#event-sourcing/testing';
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
import { approveUnlink } from './approve-unlink.js';
import {
  BearingReassessed,
  ConflictOfInterestDeclared,
  EvidenceUnlinked,
  investigation,
  IssueAssessed,
  LeadAssigned,
  UnlinkRequested,
} from './investigation.js';
import { unlinkMaterial } from './request-unlink.js';

const asked = { evidenceId: video, reason: 'It shows another village' };
const history = [opened, framed, linked('exculpatory')] as const;
const request = requestOver(unlinkMaterial(after(...history), asked));
const requested = by('first', UnlinkRequested({ ...request, ...asked }));
const approval = { requestId: request.requestId, digest: request.digest };
const approved = EvidenceUnlinked({ ...asked, requestId: request.requestId });
const second = { actor: 'second' };

test('with a second person an item that favours the defence leaves the case', () =>
  given(investigation, ...history, requested)
    .when(approveUnlink, approval, second)
    .then(approved));

test('a new lead does not make the request lapse', () =>
  given(investigation, ...history, requested, LeadAssigned({ lead: 'prosecutor-vega' }))
    .when(approveUnlink, approval, second)
    .then(approved));

test('an approval again changes nothing, even when the item joined again', async () => {
  await given(investigation, ...history, requested, approved)
    .when(approveUnlink, approval, second)
    .nothing();
  await given(investigation, ...history, requested, approved, linked('exculpatory'))
    .when(approveUnlink, approval, second)
    .nothing();
});

test('who asked does not approve', () =>
  given(investigation, ...history, requested)
    .when(approveUnlink, approval, { actor: 'first' })
    .refused('same-person'));

test('nothing is approved that somebody with a conflict of interest asked for', async () => {
  for (const member of ['first', 'portal']) {
    const conflict = ConflictOfInterestDeclared({ member, reason: 'A relative', irregularities: [] });
    await given(
      investigation,
      ...history,
      by('portal', UnlinkRequested({ ...request, ...asked }), 'first'),
      conflict,
    )
      .when(approveUnlink, approval, second)
      .refused('asker-conflicted');
  }
});

test('there has to be a request', () =>
  given(investigation, ...history)
    .when(approveUnlink, approval, second)
    .refused('approval-unknown'));

test('an expired request is not approved', () =>
  given(investigation, ...history, requested)
    .when(approveUnlink, approval, { ...second, now: request.expiresAt })
    .refused('approval-expired'));

test('a request lapses when the item bears otherwise, or something else was reviewed', async () => {
  const changed = BearingReassessed({
    evidenceId: video,
    issueId: surrender,
    from: 'unreviewed',
    to: 'mitigating',
    reason: 'Hands are raised',
  });
  await given(investigation, ...history, requested, changed)
    .when(approveUnlink, approval, second)
    .refused('approval-lapsed');
  await given(investigation, ...history, requested)
    .when(approveUnlink, { ...approval, digest: '0'.repeat(64) }, second)
    .refused('approval-lapsed');
});

test('an item that a finding rests on by now stays', () =>
  given(
    investigation,
    ...history,
    requested,
    IssueAssessed({ issueId: surrender, finding: 'contested', standard: 'verified', basis: [video] }),
  )
    .when(approveUnlink, approval, second)
    .refused('evidence-is-basis'));

test('neither in a closed nor in a suspended case', async () => {
  await given(investigation, ...history, requested, closed)
    .when(approveUnlink, approval, second)
    .refused('investigation-closed');
  await given(investigation, ...history, requested, suspended)
    .when(approveUnlink, approval, second)
    .refused('investigation-suspended');
});
