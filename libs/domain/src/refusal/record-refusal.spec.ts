import { given, nothingGiven, subjectId } from '#event-sourcing/testing';
import { recordRefusal } from './record-refusal.js';
import { refusal, SensitiveCommandRefused } from './refusal.js';

const refused = { subject: `investigation-${subjectId}`, command: 'ApproveClosure', code: 'same-person' };

test('the first refusal opens the stream beside its subject', () =>
  nothingGiven.when(recordRefusal, refused).then(SensitiveCommandRefused(refused)));

test('refused twice is two refusals', () =>
  given(refusal, SensitiveCommandRefused(refused))
    .when(recordRefusal, refused)
    .then(SensitiveCommandRefused(refused)));

test('the subject is named by its stream', () =>
  nothingGiven.when(recordRefusal, { ...refused, subject: 'the case' }).invalid('/subject'));
