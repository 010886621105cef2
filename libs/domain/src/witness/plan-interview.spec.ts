import { derivedId } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { ConflictOfInterestDeclared, investigation } from '../investigation/investigation.js';
import { closed, opened, requestId, suspended } from '../testing/case.js';
import { sampleId } from '../testing/samples.js';
import {
  accountId,
  caseId,
  consented,
  consentId,
  interviewer,
  planned,
  planning,
  registeredWitness,
  told,
} from '../testing/witness.js';
import { planInterview } from './plan-interview.js';
import { ConsentWithdrawn, IdentityErased, InterviewPlanned, witness } from './witness.js';

/** The id that the test's first command gives its interview. */
const interviewId = derivedId('part', derivedId('test', 'command', 'first'), 'interview');
const plan = { ...planning };
const willing = [registeredWitness, consented()] as const;
const known = [investigation, caseId, opened] as const;

test('an interview is planned with the consent of the witness', () =>
  given(witness, ...willing)
    .and(...known)
    .when(planInterview, plan)
    .then(InterviewPlanned({ interviewId, ...plan })));

test('the same plan again changes nothing', () =>
  given(witness, ...willing, planned())
    .and(...known)
    .when(planInterview, plan)
    .nothing());

test.each([
  ['without consent', []],
  ['with the consent to something else', [consented({ purpose: 'sharing' })]],
  ['with the consent to be interviewed by others', [consented({ recipient: 'A newspaper' })]],
  ['with a consent that ends before', [consented({ until: '2025-03-09' })]],
  ['with a consent that is not given yet', [consented({ givenAt: '2025-03-02' })]],
  [
    'once consent is withdrawn',
    [consented(), ConsentWithdrawn({ consentId, withdrawnAt: '2025-02-28T09:00:00.000Z' })],
  ],
])('no interview is planned %s', (_, consents) =>
  given(witness, registeredWitness, ...consents)
    .and(...known)
    .when(planInterview, plan)
    .refused('consent-missing'),
);

describe('what the witness said before', () => {
  const history = given(witness, ...willing, told()).and(...known);

  test('has to be looked at', async () => {
    await history.when(planInterview, plan).refused('prior-accounts-unread');
    const prepared = { ...plan, priorAccountsReviewed: [accountId] };
    await history.when(planInterview, prepared).then(InterviewPlanned({ interviewId, ...prepared }));
  });

  test('has to be on record', () =>
    history
      .when(planInterview, { ...plan, priorAccountsReviewed: [accountId, sampleId('hearsay')] })
      .refused('account-unknown'));
});

test('the case has to be there and to be open', async () => {
  const history = given(witness, ...willing);
  await history.when(planInterview, plan).refused('investigation-unknown');
  await history
    .and(investigation, caseId, opened, closed)
    .when(planInterview, plan)
    .refused('investigation-closed');
  await history
    .and(investigation, caseId, opened, suspended)
    .when(planInterview, plan)
    .refused('investigation-suspended');
});

test('whoever declared a conflict of interest in the case plans none, themselves or for another', async () => {
  const conflict = ConflictOfInterestDeclared({ member: 'first', reason: 'A relative', irregularities: [] });
  const history = given(witness, ...willing).and(investigation, caseId, opened, conflict);
  for (const planner of [
    { actor: 'first' },
    { actor: 'portal', onBehalfOf: 'first' },
    { actor: 'first', onBehalfOf: 'second' },
  ])
    await history.when(planInterview, plan, planner).refused('conflict-of-interest');
  await history
    .when(planInterview, plan, { actor: 'second' })
    .then(InterviewPlanned({ interviewId, ...plan }));
});

test('not for a time that has passed, and not with an interviewer who interprets', async () => {
  const history = given(witness, ...willing).and(...known);
  await history.when(planInterview, { ...plan, plannedFor: '2025-02-28' }).refused('planned-in-past');
  await history
    .when(planInterview, { ...plan, interpreterId: interviewer })
    .refused('interpreter-is-interviewer');
});

test('nobody is called whom nobody knows any more', () =>
  given(witness, ...willing, IdentityErased({ requestId, reason: 'A wish' }))
    .and(...known)
    .when(planInterview, plan)
    .refused('identity-erased'));
