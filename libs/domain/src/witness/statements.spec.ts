import {
  accountId,
  interviewed,
  interviewId,
  registeredWitness,
  told,
  witnessAfter,
} from '../testing/witness.js';
import { blockingIrregularities, mayStatementBeReliedUpon, statementBlockedBy } from './witness.js';

const blocking = [
  'caution-missing',
  'caution-late',
  'counsel-missing',
  'not-voluntary',
  'voluntariness-unknown',
];

test('a statement can be relied upon unless rights were withheld or it was not free', () => {
  const after = (...irregularities: string[]) =>
    witnessAfter(registeredWitness, interviewed({ irregularities }));
  expect(mayStatementBeReliedUpon(after(), interviewId)).toBe(true);
  expect(mayStatementBeReliedUpon(after('recording-missing', 'interview-unplanned'), interviewId)).toBe(true);
  expect(blockingIrregularities).toEqual(blocking);
  for (const code of blocking) {
    expect(mayStatementBeReliedUpon(after('recording-missing', code), interviewId)).toBe(false);
    expect(statementBlockedBy(after('recording-missing', code), interviewId)).toEqual([code]);
  }
});

test('so it is of an account that was given to others, and not of one that is not there', () => {
  const witness = witnessAfter(registeredWitness, told({ irregularities: ['voluntariness-unknown'] }));
  expect(mayStatementBeReliedUpon(witness, accountId)).toBe(false);
  expect(mayStatementBeReliedUpon(witness, interviewId)).toBe(false);
});
