import { by, given } from '#event-sourcing/testing';
import { closed, framed, opened, suspended } from '../testing/case.js';
import { declareConflict } from './declare-conflict.js';
import { ConflictOfInterestDeclared, investigation, LeadAssigned, MemberAssigned } from './investigation.js';

const reason = 'A relative serves in the unit';
const reed = { actor: 'analyst-reed' };
const declared = (...irregularities: string[]) =>
  ConflictOfInterestDeclared({ member: 'analyst-reed', reason, irregularities });

test('somebody declares a conflict of interest, whatever the case is at', async () => {
  for (const history of [[opened], [opened, suspended], [opened, closed]])
    await given(investigation, ...history)
      .when(declareConflict, { reason }, reed)
      .then(declared());
});

test('a declaration by the lead or by a member comes late', async () => {
  const member = MemberAssigned({ member: 'analyst-reed', duty: 'Analysis of footage' });
  for (const assigned of [member, LeadAssigned({ lead: 'analyst-reed' })])
    await given(investigation, opened, assigned)
      .when(declareConflict, { reason }, reed)
      .then(declared('conflict-declared-late'));
});

test('so does one by whoever acted in the case, for themselves or for another, or had a service do it', async () => {
  for (const act of [
    by('analyst-reed', framed),
    by('portal', framed, 'analyst-reed'),
    by('analyst-reed', framed, 'analyst-fox'),
  ])
    await given(investigation, opened, act)
      .when(declareConflict, { reason }, reed)
      .then(declared('conflict-declared-late'));
});

test('to have declared one before is no act in the case', () =>
  given(investigation, opened, by('analyst-reed', declared()))
    .when(declareConflict, { reason: 'A former employer' }, reed)
    .then(
      ConflictOfInterestDeclared({
        member: 'analyst-reed',
        reason: 'A former employer',
        irregularities: [],
      }),
    ));

test('the same declaration again changes nothing, another reason is recorded too', async () => {
  const other = 'A former employer';
  await given(investigation, opened, declared()).when(declareConflict, { reason }, reed).nothing();
  await given(investigation, opened, declared())
    .when(declareConflict, { reason: other }, reed)
    .then(ConflictOfInterestDeclared({ member: 'analyst-reed', reason: other, irregularities: [] }));
});
