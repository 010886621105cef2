import { given } from '#event-sourcing/testing';
import { closed, opened, suspended } from '../testing/case.js';
import { investigation, MemberAssigned, MemberRemoved } from './investigation.js';
import { removeMember } from './remove-member.js';

const assigned = MemberAssigned({ member: 'analyst-reed', duty: 'Analysis of footage' });
const leaving = { member: 'analyst-reed', reason: 'Rotation' };

test('somebody leaves the team, also while the case is suspended', async () => {
  await given(investigation, opened, assigned).when(removeMember, leaving).then(MemberRemoved(leaving));
  await given(investigation, opened, assigned, suspended)
    .when(removeMember, leaving)
    .then(MemberRemoved(leaving));
});

test('who is not a member has nothing to leave', () =>
  given(investigation, opened).when(removeMember, leaving).nothing());

test('the team of a closed case stays as it was', () =>
  given(investigation, opened, assigned, closed).when(removeMember, leaving).refused('investigation-closed'));
