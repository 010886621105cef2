import { given } from '#event-sourcing/testing';
import { closed, opened, suspended } from '../testing/case.js';
import { assignLead } from './assign-lead.js';
import { ConflictOfInterestDeclared, investigation, LeadAssigned } from './investigation.js';

const vega = { lead: 'prosecutor-vega' };

test('somebody leads the case, also while it is suspended', async () => {
  await given(investigation, opened).when(assignLead, vega).then(LeadAssigned(vega));
  await given(investigation, opened, suspended).when(assignLead, vega).then(LeadAssigned(vega));
});

test('another lead takes the place of the first', () =>
  given(investigation, opened, LeadAssigned({ lead: 'prosecutor-moss' }))
    .when(assignLead, vega)
    .then(LeadAssigned(vega)));

test('the same lead again changes nothing', () =>
  given(investigation, opened, LeadAssigned(vega)).when(assignLead, vega).nothing());

test('whoever declared a conflict of interest does not lead', () =>
  given(
    investigation,
    opened,
    ConflictOfInterestDeclared({ member: vega.lead, reason: 'A relative', irregularities: [] }),
  )
    .when(assignLead, vega)
    .refused('conflict-of-interest'));

test('a closed case has no new lead', () =>
  given(investigation, opened, closed).when(assignLead, vega).refused('investigation-closed'));
