import { broken, digestOf } from '#event-sourcing';
import { approvalGuards, isPending, newRequest } from './approval.js';
import { personOf } from './person.js';
import { sampleId } from './testing/samples.js';

const now = '2025-03-01T12:00:00.000Z';
const afterThirtyDays = '2025-03-31T12:00:00.000Z';
const justBefore = '2025-03-31T11:59:59.999Z';
const material = { ground: 'insufficientEvidence' };
const changed = { ground: 'notACrime' };
const { requestId, ...bound } = newRequest(material, { now, newId: () => sampleId('request') });
const asked = { ...bound, requestedBy: 'asker' };
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

test('a service in between does not make a second person of the first', () => {
  const byService = (onBehalfOf: string) => ({ actor: { subject: 'portal', onBehalfOf, roles: [] }, now });
  expect(rulesBroken(asked, reviewed, material, byService('asker'))).toEqual(['same-person']);
  const askedByService = { ...bound, requestedBy: personOf(byService('asker').actor) };
  expect(rulesBroken(askedByService, reviewed, material, byService('second'))).toEqual([]);
  expect(
    rulesBroken(askedByService, reviewed, material, { actor: { subject: 'asker', roles: [] }, now }),
  ).toEqual(['same-person']);
});

test('an approval lapses when a material field changed, or another state was reviewed', () => {
  expect(rulesBroken(asked, reviewed, changed, second)).toEqual(['approval-lapsed']);
  expect(rulesBroken(asked, digestOf(changed), changed, second)).toEqual(['approval-lapsed']);
  expect(rulesBroken(asked, digestOf(changed), material, second)).toEqual(['approval-lapsed']);
});

test('nothing is approved that nobody asked for', () =>
  expect(rulesBroken(undefined, reviewed, material, second)).toContain('approval-unknown'));

test('a request waits until it is approved, lapses or expires', () => {
  expect(isPending({ [requestId]: asked }, material, { now })).toBe(true);
  expect(isPending({ [requestId]: asked }, changed, { now })).toBe(false);
  expect(isPending({ [requestId]: asked }, material, { now: afterThirtyDays })).toBe(false);
  expect(isPending({ [requestId]: { ...asked, approvedBy: 'second' } }, material, { now })).toBe(false);
});
