import { derivedId } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { attached, closed, killing, opened, suspended } from '../testing/case.js';
import { frameIssue } from './frame-issue.js';
import { investigation, IssueFramed } from './investigation.js';

const proposition = { proposition: 'The prisoners had surrendered' };
const ofTheKilling = { ...proposition, incidentId: killing, element: 'Elements of Crimes, 8(2)(a)(i), 3' };
/** The id that the test's first command gives its issue. */
const issueId = derivedId('part', derivedId('test', 'command', 'first'), 'issue');

test('a fact is put in issue, of the case or of an incident', async () => {
  await given(investigation, opened)
    .when(frameIssue, proposition)
    .then(IssueFramed({ issueId, ...proposition }));
  await given(investigation, opened, attached)
    .when(frameIssue, ofTheKilling)
    .then(IssueFramed({ issueId, ...ofTheKilling }));
});

test('the same proposition of another incident is another issue', () =>
  given(investigation, opened, attached, IssueFramed({ issueId: killing, ...proposition }))
    .when(frameIssue, ofTheKilling)
    .then(IssueFramed({ issueId, ...ofTheKilling })));

test('the same issue again changes nothing', () =>
  given(investigation, opened, attached, IssueFramed({ issueId: killing, ...ofTheKilling }))
    .when(frameIssue, ofTheKilling)
    .nothing());

test('the incident has to be attached', () =>
  given(investigation, opened).when(frameIssue, ofTheKilling).refused('incident-not-attached'));

test('neither in a closed nor in a suspended case', async () => {
  await given(investigation, opened, closed).when(frameIssue, proposition).refused('investigation-closed');
  await given(investigation, opened, suspended)
    .when(frameIssue, proposition)
    .refused('investigation-suspended');
});
