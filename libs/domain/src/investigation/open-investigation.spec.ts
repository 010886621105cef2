import { nothingGiven } from '#event-sourcing/testing';
import { opened, opening } from '../testing/case.js';
import { openInvestigation } from './open-investigation.js';

test('a case is opened for a forum', () => nothingGiven.when(openInvestigation, opening).then(opened));

test('a title says something', () =>
  nothingGiven.when(openInvestigation, { ...opening, title: ' ' }).invalid('/title'));
