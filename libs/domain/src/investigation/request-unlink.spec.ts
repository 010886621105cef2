import { derivedId } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
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
import { BearingReassessed, investigation, IssueAssessed, UnlinkRequested } from './investigation.js';
import { requestUnlink, unlinkMaterial } from './request-unlink.js';

const asked = { evidenceId: video, reason: 'It shows another village' };
const history = [opened, framed, linked('exculpatory')] as const;
const request = requestOver(unlinkMaterial(after(...history), asked));
const requested = UnlinkRequested({ ...request, ...asked });
/** The id that the test's first command gives its request. */
const requestId = derivedId('part', derivedId('test', 'command', 'first'), 'request');

test('a second person is asked, about the item as it is linked', () =>
  given(investigation, ...history)
    .when(requestUnlink, asked)
    .then(UnlinkRequested({ ...request, requestId, ...asked })));

test('what is pending is not asked again, and what is not linked not at all', async () => {
  await given(investigation, ...history, requested)
    .when(requestUnlink, asked)
    .nothing();
  await given(investigation, opened).when(requestUnlink, asked).nothing();
});

test('an expired or a lapsed request is replaced', async () => {
  await given(investigation, ...history, requested)
    .when(requestUnlink, asked, { now: request.expiresAt })
    .then(UnlinkRequested({ ...request, expiresAt: '2025-04-30T12:00:00.000Z', requestId, ...asked }));
  const changed = BearingReassessed({
    evidenceId: video,
    from: 'exculpatory',
    to: 'mitigating',
    reason: 'Less',
  });
  const anew = requestOver(unlinkMaterial(after(...history, changed), asked));
  await given(investigation, ...history, requested, changed)
    .when(requestUnlink, asked)
    .then(UnlinkRequested({ ...anew, requestId, ...asked }));
});

test('an item that a finding rests on stays', () =>
  given(
    investigation,
    ...history,
    IssueAssessed({ issueId: surrender, finding: 'contested', standard: 'verified', basis: [video] }),
  )
    .when(requestUnlink, asked)
    .refused('evidence-is-basis'));

test('neither in a closed nor in a suspended case', async () => {
  await given(investigation, ...history, closed)
    .when(requestUnlink, asked)
    .refused('investigation-closed');
  await given(investigation, ...history, suspended)
    .when(requestUnlink, asked)
    .refused('investigation-suspended');
});
