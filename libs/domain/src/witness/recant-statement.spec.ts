import { given } from '#event-sourcing/testing';
import { sampleId } from '../testing/samples.js';
import {
  accountId,
  interviewed,
  interviewId,
  registeredWitness,
  told,
  witnessAfter,
} from '../testing/witness.js';
import { recantStatement } from './recant-statement.js';
import { isRecanted, StatementRecanted, witness } from './witness.js';

const recanting = {
  interviewId,
  recantedOn: '2025-03-01',
  reason: 'It was somebody else',
  voluntariness: { finding: 'voluntary' as const, basis: 'In the presence of counsel' },
};
const recanted = StatementRecanted({ ...recanting, irregularities: [] });

test('a statement is recanted, also one that was given to others', async () => {
  const history = given(witness, registeredWitness, told(), interviewed());
  await history.when(recantStatement, recanting).then(recanted);
  const { interviewId: _, ...account } = { ...recanting, accountId };
  await history.when(recantStatement, account).then(StatementRecanted({ ...account, irregularities: [] }));
});

test('the same recantation again changes nothing', () =>
  given(witness, registeredWitness, interviewed(), recanted).when(recantStatement, recanting).nothing());

test('the statement stays, marked', () => {
  const state = witnessAfter(registeredWitness, told(), interviewed(), recanted);
  expect(state.interviews[interviewId]).toMatchObject({ recanted: true, irregularities: [] });
  expect(isRecanted(state, interviewId)).toBe(true);
  expect(isRecanted(state, accountId)).toBe(false);
});

test.each([
  ['of a statement that is not there', { interviewId: sampleId('another') }, 'statement-unknown'],
  ['before the statement was made', { recantedOn: '2025-02-27' }, 'recanted-before-made'],
  ['in the future', { recantedOn: '2025-03-02' }, 'date-in-future'],
  [
    'that was not free',
    { voluntariness: { finding: 'doubtful' as const, basis: 'After a visit of strangers' } },
    'not-voluntary',
  ],
])('a recantation %s is recorded as irregular', (_, over, code) =>
  given(witness, registeredWitness, interviewed())
    .when(recantStatement, { ...recanting, ...over })
    .then(StatementRecanted({ ...recanting, ...over, irregularities: [code] })),
);

test('one statement at a time', () =>
  given(witness, registeredWitness, told(), interviewed())
    .when(recantStatement, { ...recanting, accountId })
    .invalid('/recantedOn'));
