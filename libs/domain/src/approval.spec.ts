import { type Actor, broken, digestOf } from '#event-sourcing';
import { approvalGuards, isPending, newRequest } from './approval.js';
import { whoIs } from './person.js';
import { sampleId } from './testing/samples.js';

const now = '2025-03-01T12:00:00.000Z';
const afterThirtyDays = '2025-03-31T12:00:00.000Z';
const justBefore = '2025-03-31T11:59:59.999Z';
const material = { ground: 'insufficientEvidence' };
const changed = { ground: 'notACrime' };
const { requestId, ...bound } = newRequest(material, { now, newId: () => sampleId('request') });
const asked = { ...bound, requestedBy: { person: 'asker', subject: 'asker' } };
const second = { actor: { subject: 'second', roles: [] }, now };
const reviewed = digestOf(material);

const rulesBroken = (...approval: Parameters<typeof approvalGuards>) =>
  broken(...approvalGuards(...approval));

test('a request is bound to the digest of what is asked, for 30 days', () => {
  expect(requestId).toBe(sampleId('request'));
  expect(bound).toEqual({ digest: reviewed, expiresAt: afterThirtyDays });
});

test('a second person approves what was reviewed', () =>
  expect(rulesBroken(asked, reviewed, material, second)).toEqual([]));

test('a request can be approved until it expires', () => {
  expect(rulesBroken(asked, reviewed, material, { ...second, now: justBefore })).toEqual([]);
  expect(rulesBroken(asked, reviewed, material, { ...second, now: afterThirtyDays })).toEqual([
    'approval-expired',
  ]);
});

test('whoever asked does not approve', () => {
  const asker = { actor: { subject: 'asker', roles: [] }, now };
  expect(rulesBroken(asked, reviewed, material, asker)).toEqual(['same-person']);
});

test('a service in between makes no second person of the first, and two people may use one', () => {
  const through = (subject: string, onBehalfOf: string) => ({ subject, onBehalfOf, roles: [] });
  const second = (actor: Actor) => rulesBroken(asked, reviewed, material, { actor, now });
  expect(second(through('portal', 'asker'))).toEqual(['same-person']);
  expect(second(through('asker', 'second'))).toEqual(['same-person']);
  const askedThroughPortal = { ...asked, requestedBy: whoIs(through('portal', 'asker')) };
  const approvers = [
    through('portal', 'second'),
    { subject: 'asker', roles: [] },
    through('asker', 'second'),
  ];
  expect(
    approvers.map((actor) => rulesBroken(askedThroughPortal, reviewed, material, { actor, now })),
  ).toEqual([[], ['same-person'], ['same-person']]);
});

test('an approval lapses when a material field changed, or another state was reviewed', () => {
  expect(rulesBroken(asked, reviewed, changed, second)).toEqual(['approval-lapsed']);
  expect(rulesBroken(asked, digestOf(changed), changed, second)).toEqual(['approval-lapsed']);
  expect(rulesBroken(asked, digestOf(changed), material, second)).toEqual(['approval-lapsed']);
});

test('a request waits until it is approved, lapses or expires', () => {
  expect(isPending({ [requestId]: asked }, material, { now })).toBe(true);
  expect(isPending({ [requestId]: asked }, changed, { now })).toBe(false);
  expect(isPending({ [requestId]: asked }, material, { now: afterThirtyDays })).toBe(false);
  expect(isPending({ [requestId]: { ...asked, approvedBy: 'second' } }, material, { now })).toBe(false);
});
