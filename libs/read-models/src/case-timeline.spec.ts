import { Compile } from 'typebox/compile';
import { waitFor } from '../../../test/support/wait-for.js';
import * as sample from '../../../test/support/sample-commands.js';
import { asked, openViews, type Views } from '../../../test/support/views.js';
import { timelineList } from './case-timeline.js';
import { pageOf } from './list/definition.js';

let views: Views;
beforeAll(async () => {
  views = await openViews();
});
afterAll(() => views.close());

const timeline = async (id: string, query: Record<string, string> = {}) => {
  await views.settled();
  const { answer } = await views.models.queries.timeline(asked(timelineList, query, { id }));
  expect([...Compile(pageOf(timelineList)).Errors(answer)]).toEqual([]);
  return answer.items;
};
const typesOf = (items: readonly { type: string }[]) => items.map(({ type }) => type);

test('a case shows what was recorded about it and about what is linked to it, in order', async () => {
  const { ask } = views.office;
  const incident = await ask('RecordIncident', sample.incident(), undefined, 'a.novak');
  const other = await ask('RecordIncident', sample.incident({ title: 'Another place' }));
  const { id } = await ask('OpenInvestigation', sample.investigation());
  await ask('AttachIncident', { incidentId: incident.id }, id);
  await ask('AssessVictims', sample.victims({ max: null }), incident.id);
  await ask('AssessVictims', sample.victims(), other.id);
  const items = await timeline(id);
  expect(typesOf(items)).toEqual([
    'IncidentRecorded',
    'InvestigationOpened',
    'IncidentAttached',
    'VictimCountAssessed',
  ]);
  expect(items[0]).toMatchObject({
    line: 'Incident recorded: Shooting of prisoners at the Old Mill',
    occurredAt: '2025-02-11',
    actor: 'a.novak',
    stream: incident.stream,
  });
  expect(items[3]?.line).toBe(
    'Victims assessed as of 2025-03-01: at least 3, best 4, killed (hors de combat), standard credible',
  );
});

test('what happens to a thing after it left the case is no longer shown, what happened before stays', async () => {
  const { ask } = views.office;
  const incident = await ask('RecordIncident', sample.incident());
  const { id } = await ask('OpenInvestigation', sample.investigation({ reference: '2025/20' }));
  await ask('AttachIncident', { incidentId: incident.id }, id);
  await ask('BeginVerification', {}, incident.id);
  await ask('DetachIncident', { incidentId: incident.id, reason: 'Belongs elsewhere' }, id);
  await ask('AssessVictims', sample.victims(), incident.id);
  expect(typesOf(await timeline(id))).toEqual([
    'IncidentRecorded',
    'InvestigationOpened',
    'IncidentAttached',
    'VerificationBegun',
    'IncidentDetached',
  ]);
  await ask('AttachIncident', { incidentId: incident.id }, id);
  await ask(
    'ClassifyIncident',
    { conflict: 'international', provisions: [], basis: 'Two states' },
    incident.id,
  );
  expect(typesOf(await timeline(id)).slice(5)).toEqual([
    'VictimCountAssessed',
    'IncidentAttached',
    'IncidentClassified',
  ]);
});

test('pages follow each other without gap or repeat, forwards and backwards', async () => {
  const { ask } = views.office;
  const { id } = await ask('OpenInvestigation', sample.investigation({ reference: '2025/21' }));
  for (let n = 0; n < 7; n += 1) await ask('AssignMember', { member: `member-${n}`, duty: 'Analyst' }, id);
  await views.settled();
  const whole = typesOf(await timeline(id)).length;
  for (const sort of ['recordedAt', '-recordedAt', 'occurredAt']) {
    const seen: string[] = [];
    let query: Record<string, string> = { limit: '3', sort };
    await waitFor('the last page', async () => {
      const { answer } = await views.models.queries.timeline(asked(timelineList, query, { id }));
      seen.push(...answer.items.map(({ position }) => position));
      if (answer.next !== null) query = { ...query, cursor: answer.next };
      return answer.next === null;
    });
    expect(new Set(seen).size).toBe(whole);
    expect(seen).toHaveLength(whole);
  }
});
