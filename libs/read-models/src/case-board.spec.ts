import { Compile } from 'typebox/compile';
import * as sample from '../../../test/support/sample-commands.js';
import { asked, openViews, type Views } from '../../../test/support/views.js';
import { caseBoardList } from './case-board.js';
import { pageOf } from './list/definition.js';

let views: Views;
beforeAll(async () => {
  views = await openViews();
});
afterAll(() => views.close());

const board = async (query: Record<string, string> = {}) => {
  await views.settled();
  const { answer } = await views.models.queries.investigations(asked(caseBoardList, query));
  expect([...Compile(pageOf(caseBoardList)).Errors(answer)]).toEqual([]);
  return answer.items;
};

test('a case shows its stage, its lead, what belongs to it, and what blocks its next step', async () => {
  const { ask } = views.office;
  const allegation = await ask('FileAllegation', sample.allegation());
  await ask('TriageAllegation', { decision: 'accepted', reason: 'Specific and first-hand' }, allegation.id);
  const incident = await ask('RecordIncident', sample.incident());
  const item = await ask('RegisterEvidence', sample.evidence());
  const { id } = await ask('OpenInvestigation', sample.investigation());
  expect((await board())[0]).toMatchObject({
    id,
    stage: 'opened',
    daysInStage: 0,
    counts: { allegations: 0, incidents: 0, evidence: 0, members: 0, issues: 0 },
    nextStep: {
      command: 'AdvanceInvestigation',
      to: 'preliminaryExamination',
      blockedBy: ['incident-missing'],
    },
  });

  await ask('AssignLead', { lead: 'l.moreau' }, id);
  await ask('AssignMember', { member: 'a.novak', duty: 'Analyst' }, id);
  await ask('AcceptAllegation', { allegationId: allegation.id }, id);
  await ask('AttachIncident', { incidentId: incident.id }, id);
  await ask('LinkEvidence', { evidenceId: item.id, relevance: 'Shows the moments before' }, id);
  await ask('FrameIssue', { proposition: 'The prisoners had surrendered' }, id);
  await ask('AdvanceInvestigation', { to: 'preliminaryExamination' }, id);
  const [shown] = await board({ lead: 'l.moreau', stage: 'preliminaryExamination', q: 'old mill' });
  expect(shown).toMatchObject({
    lead: 'l.moreau',
    counts: { allegations: 1, incidents: 1, evidence: 1, unreviewed: 1, members: 1, issues: 1 },
    nextStep: { to: 'investigation', blockedBy: expect.arrayContaining([expect.any(String)]) },
  });
});

test('the time in a stage begins with the event that led there', async () => {
  const { ask } = views.office;
  const { id } = await ask(
    'OpenInvestigation',
    sample.investigation({ reference: '2025/18', profile: 'structural' }),
  );
  const { position } = await ask('AdvanceInvestigation', { to: 'preliminaryExamination' }, id);
  await ask('AssignLead', { lead: 'l.moreau' }, id);
  const [shown] = await board({ reference: '2025/18' });
  const [advanced] = await views.store.readAll(position - 1n, 1);
  expect(shown?.stageSince).toBe(advanced?.recordedAt);
});

test('staff and open blockers can be asked for', async () => {
  expect(await board({ member: 'a.novak' })).toHaveLength(1);
  expect(await board({ member: 'nobody' })).toEqual([]);
  const all = await board();
  const blocked = await board({ blocked: 'true' });
  expect(blocked.length + (await board({ blocked: 'false' })).length).toBe(all.length);
});

test('a member may be called anything, also what JavaScript gives a meaning to', async () => {
  const { ask } = views.office;
  const { id } = await ask('OpenInvestigation', sample.investigation({ reference: '2025/19' }));
  const members = async () => (await board({ reference: '2025/19' }))[0]?.counts.members;
  expect(await members()).toBe(0);
  await ask('AssignMember', { member: '__proto__', duty: 'Analyst' }, id);
  expect(await members()).toBe(1);
  await ask('RemoveMember', { member: '__proto__', reason: 'Left' }, id);
  expect(await members()).toBe(0);
});
