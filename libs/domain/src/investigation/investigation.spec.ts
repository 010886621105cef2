import { Check } from 'typebox/value';
import {
  after,
  attached,
  closed,
  closing,
  examining,
  framed,
  linked,
  met,
  opened,
  requestOver,
  surrender,
  suspended,
  video,
} from '../testing/case.js';
import { sampleId } from '../testing/samples.js';
import {
  AllegationAccepted,
  BearingReassessed,
  ClosureRequested,
  ConflictOfInterestDeclared,
  EvidenceUnlinked,
  Investigation,
  investigation,
  InvestigationReopened,
  InvestigationResumed,
  IssueAssessed,
  LeadAssigned,
  MemberAssigned,
  UnlinkRequested,
} from './investigation.js';

const worked = [
  opened,
  AllegationAccepted({ allegationId: sampleId('account') }),
  attached,
  LeadAssigned({ lead: 'prosecutor-vega' }),
  MemberAssigned({ member: '__proto__', duty: 'Chronology' }),
  ConflictOfInterestDeclared({ member: 'constructor', reason: 'A relative', irregularities: [] }),
  examining,
  met('gravity'),
  met('gravity'),
  linked(),
  framed,
  BearingReassessed({
    evidenceId: video,
    issueId: surrender,
    from: 'unreviewed',
    to: 'mitigating',
    reason: 'Seen',
  }),
  IssueAssessed({ issueId: surrender, finding: 'contested', standard: 'credible', basis: [video] }),
  UnlinkRequested({ ...requestOver({}), evidenceId: video, reason: 'Another village' }),
  ClosureRequested({ ...requestOver({}), ...closing }),
] as const;

test('the state is what its schema says, and what JSON keeps of it', () => {
  const reopened = InvestigationReopened({ newFact: 'A witness came forward' });
  const resumed = InvestigationResumed({ to: 'opened', reason: 'An answer' });
  for (const events of [
    worked,
    [...worked, EvidenceUnlinked({ evidenceId: video, reason: 'A mistake' })],
    [...worked, suspended],
    [...worked, suspended, resumed],
    [...worked, suspended, closed],
    [...worked, closed, reopened],
  ]) {
    const state = after(...events);
    expect(Check(Investigation, state)).toBe(true);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  }
});

test('people keep their names, whatever the language makes of them', () => {
  const { members, conflicts } = after(...worked);
  expect(Object.keys(members)).toEqual(['__proto__']);
  expect(Object.keys(conflicts)).toEqual(['constructor']);
  expect(conflicts['toString']).toBeUndefined();
});

test('the newest assessment of a test stands in the place of the earlier', () =>
  expect(after(...worked).thresholds).toHaveLength(1));

test('an item that favoured the defence on one issue rejoins with its bearings on the issues', () => {
  const { evidence } = after(
    ...worked,
    EvidenceUnlinked({ evidenceId: video, reason: 'A mistake' }),
    linked(),
  );
  expect(evidence[video]).toMatchObject({
    bearing: 'unreviewed',
    issueBearings: { [surrender]: 'mitigating' },
  });
});

test('a closed case is not suspended, and a reopened one not closed', () => {
  expect(after(opened, suspended, closed)).not.toHaveProperty('suspendedFrom');
  const reopened = after(opened, closed, InvestigationReopened({ newFact: 'A witness came forward' }));
  expect(reopened).toMatchObject({ stage: 'preliminaryExamination', newFacts: ['A witness came forward'] });
  expect(reopened).not.toHaveProperty('closed');
});

test('a request and its approval are those of the people a service acts for', () => {
  const state = after(opened);
  const evolve = (event: Parameters<typeof investigation.evolve>[1], onBehalfOf: string) =>
    investigation.evolve(state, event, {
      eventId: sampleId('event'),
      revision: 1,
      actor: { subject: 'portal', onBehalfOf, roles: [] },
    });
  evolve(ClosureRequested({ ...requestOver({}), ...closing }), 'prosecutor-vega');
  evolve(closed, 'prosecutor-moss');
  expect(Object.values(state.requests.closures)).toMatchObject([
    { requestedBy: { person: 'prosecutor-vega', subject: 'portal' }, approvedBy: 'prosecutor-moss' },
  ]);
});

test('who approved a request stays with it', () => {
  const { requests } = after(opened, ClosureRequested({ ...requestOver({}), ...closing }), closed);
  expect(Object.values(requests.closures)).toMatchObject([
    { requestedBy: { person: 'someone' }, approvedBy: 'someone' },
  ]);
});
