import { derivedId } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { after, attached, closed, closing, opened, requestOver, suspended } from '../testing/case.js';
import { ClosureRequested, investigation, InvestigationReopened } from './investigation.js';
import { closureMaterial, requestClosure } from './request-closure.js';

const request = requestOver(closureMaterial(after(opened), closing));
const requested = ClosureRequested({ ...request, ...closing });
/** The id that the test's first command gives its request. */
const requestId = derivedId('part', derivedId('test', 'command', 'first'), 'request');

test('a second person is asked, also while the case is suspended', async () => {
  await given(investigation, opened)
    .when(requestClosure, closing)
    .then(ClosureRequested({ ...request, requestId, ...closing }));
  const resting = requestOver(closureMaterial(after(opened, suspended), closing));
  await given(investigation, opened, suspended)
    .when(requestClosure, closing)
    .then(ClosureRequested({ ...resting, requestId, ...closing }));
});

test('what is pending is not asked again', () =>
  given(investigation, opened, requested).when(requestClosure, closing).nothing());

test('an expired, a lapsed or another request is replaced', async () => {
  await given(investigation, opened, requested)
    .when(requestClosure, closing, { now: request.expiresAt })
    .then(ClosureRequested({ ...request, expiresAt: '2025-04-30T12:00:00.000Z', requestId, ...closing }));
  const anew = requestOver(closureMaterial(after(opened, attached), closing));
  await given(investigation, opened, requested, attached)
    .when(requestClosure, closing)
    .then(ClosureRequested({ ...anew, requestId, ...closing }));
  const otherwise = { ...closing, ground: 'notACrime' } as const;
  const other = requestOver(closureMaterial(after(opened), otherwise));
  await given(investigation, opened, requested)
    .when(requestClosure, otherwise)
    .then(ClosureRequested({ ...other, requestId, ...otherwise }));
});

test('a case closed on this ground is closed; on another it is not closed again', async () => {
  await given(investigation, opened, requested, closed).when(requestClosure, closing).nothing();
  await given(investigation, opened, requested, closed)
    .when(requestClosure, { ...closing, ground: 'notACrime' })
    .refused('investigation-closed');
});

test('a reopened case can be closed again', () => {
  const reopened = [opened, requested, closed, InvestigationReopened({ newFact: 'A witness came forward' })];
  const anew = requestOver(closureMaterial(after(...reopened), closing));
  return given(investigation, ...reopened)
    .when(requestClosure, closing)
    .then(ClosureRequested({ ...anew, requestId, ...closing }));
});
