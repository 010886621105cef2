import { given } from '#event-sourcing/testing';
import { closed, opened, suspended } from '../testing/case.js';
import { assignMember } from './assign-member.js';
import { ConflictOfInterestDeclared, investigation, MemberAssigned, MemberRemoved } from './investigation.js';

const reed = { member: 'analyst-reed', duty: 'Analysis of footage' };

test('somebody joins the team, also while the case is suspended', async () => {
  await given(investigation, opened).when(assignMember, reed).then(MemberAssigned(reed));
  await given(investigation, opened, suspended).when(assignMember, reed).then(MemberAssigned(reed));
});

test('a member is given another duty', () => {
  const other = { ...reed, duty: 'Chronology' };
  return given(investigation, opened, MemberAssigned(reed))
    .when(assignMember, other)
    .then(MemberAssigned(other));
});

test('somebody who left joins again', () =>
  given(investigation, opened, MemberAssigned(reed), MemberRemoved({ member: reed.member, reason: 'Leave' }))
    .when(assignMember, reed)
    .then(MemberAssigned(reed)));

test('the same member again changes nothing', () =>
  given(investigation, opened, MemberAssigned(reed)).when(assignMember, reed).nothing());

test('no name is special, whatever the language makes of it', async () => {
  for (const member of ['__proto__', 'constructor', 'toString'])
    await given(investigation, opened)
      .when(assignMember, { ...reed, member })
      .then(MemberAssigned({ ...reed, member }));
});

test('whoever declared a conflict of interest does not join', () =>
  given(
    investigation,
    opened,
    ConflictOfInterestDeclared({ member: reed.member, reason: 'A relative', irregularities: [] }),
  )
    .when(assignMember, reed)
    .refused('conflict-of-interest'));

test('a closed case has no new members', () =>
  given(investigation, opened, closed).when(assignMember, reed).refused('investigation-closed'));
