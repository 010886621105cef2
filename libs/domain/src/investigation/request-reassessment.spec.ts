import { derivedId } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { evidence } from '../evidence/evidence.js';
import { after, closed, linked, opened, requestOver, surrender, suspended, video } from '../testing/case.js';
import { registered } from '../testing/samples.js';
import { BearingReassessed, investigation, ReassessmentRequested } from './investigation.js';
import { reassessmentMaterial } from './reassessment.js';
import { requestReassessment } from './request-reassessment.js';

const asked = { evidenceId: video, to: 'context', reason: 'The date was misread' } as const;
const history = [opened, linked('exculpatory')] as const;
const request = requestOver(reassessmentMaterial(after(...history), asked));
const requested = ReassessmentRequested({ ...request, ...asked });
const theVideo = [evidence, video, registered()] as const;
const irregular = [evidence, video, registered({ irregularities: ['seal-broken'] })] as const;
/** The id that the test's first command gives its request. */
const requestId = derivedId('part', derivedId('test', 'command', 'first'), 'request');

test('a second person is asked, about the bearing as it is', () =>
  given(investigation, ...history)
    .and(...theVideo)
    .when(requestReassessment, asked)
    .then(ReassessmentRequested({ ...request, requestId, ...asked })));

test('what is pending is not asked again', () =>
  given(investigation, ...history, requested)
    .and(...theVideo)
    .when(requestReassessment, asked)
    .nothing());

test('the bearing it has needs no request', () =>
  given(investigation, opened, linked('context'))
    .and(...theVideo)
    .when(requestReassessment, asked)
    .nothing());

test('an expired or a lapsed request is replaced', async () => {
  await given(investigation, ...history, requested)
    .and(...theVideo)
    .when(requestReassessment, asked, { now: request.expiresAt })
    .then(ReassessmentRequested({ ...request, expiresAt: '2025-04-30T12:00:00.000Z', requestId, ...asked }));
  const changed = BearingReassessed({
    evidenceId: video,
    from: 'exculpatory',
    to: 'mitigating',
    reason: 'Less',
  });
  const anew = requestOver(reassessmentMaterial(after(...history, changed), asked));
  await given(investigation, ...history, requested, changed)
    .and(...theVideo)
    .when(requestReassessment, asked)
    .then(ReassessmentRequested({ ...anew, requestId, ...asked }));
});

test('the item has to be linked, and the issue framed', async () => {
  await given(investigation, opened)
    .and(...theVideo)
    .when(requestReassessment, asked)
    .refused('evidence-not-linked');
  await given(investigation, ...history)
    .and(...theVideo)
    .when(requestReassessment, { ...asked, issueId: surrender })
    .refused('issue-unknown');
});

test('an item that cannot be relied upon is not asked to incriminate', () =>
  given(investigation, ...history)
    .and(...irregular)
    .when(requestReassessment, { ...asked, to: 'incriminating' })
    .refused('evidence-irregular'));

test('neither in a closed nor in a suspended case', async () => {
  await given(investigation, ...history, closed)
    .and(...theVideo)
    .when(requestReassessment, asked)
    .refused('investigation-closed');
  await given(investigation, ...history, suspended)
    .and(...theVideo)
    .when(requestReassessment, asked)
    .refused('investigation-suspended');
});
