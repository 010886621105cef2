import { given, nothingGiven, subjectId } from '#event-sourcing/testing';
import { access, ProtectedMaterialRead } from './access.js';
import { recordAccess } from './record-access.js';

const reading = {
  subject: `witness-${subjectId}`,
  material: 'identity' as const,
  fields: ['contact'],
  purpose: 'To arrange an interview',
  revision: 4,
};

test('the first reading opens the ledger beside its subject', () =>
  nothingGiven.when(recordAccess, reading).then(ProtectedMaterialRead(reading)));

test('read twice is two readings', () =>
  given(access, ProtectedMaterialRead(reading))
    .when(recordAccess, reading)
    .then(ProtectedMaterialRead(reading)));

test('the subject is named by its stream', () =>
  nothingGiven.when(recordAccess, { ...reading, subject: 'a witness' }).invalid('/subject'));
