import { readFileSync } from 'node:fs';
import { aggregates } from '#domain';
import {
  categoryOf,
  type DomainEvent,
  streamOf,
  type RecordedEvent,
  UndecodableEvent,
} from '#event-sourcing';
import { publicPublication } from './public-publication.js';
import type { Memory } from './relay-state.js';

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const item = streamOf('evidence', uuid(1));
const other = streamOf('evidence', uuid(2));
const investigation = streamOf('investigation', uuid(3));
const digest = { algorithm: 'sha-256', value: 'ab'.repeat(32) };

let position = 0n;
function recorded(
  stream: string,
  { type, data }: DomainEvent,
  compartments: readonly string[] = [],
): RecordedEvent {
  position += 1n;
  const aggregate = aggregates.find(({ category }) => category === categoryOf(stream));
  if (!aggregate) throw new Error(`no aggregate of ${stream}`);
  return {
    ...aggregate.events.encode({ type, data }),
    id: uuid(1_000 + Number(position)),
    stream,
    revision: 0,
    position,
    recordedAt: '2026-03-01T12:00:00.000Z',
    metadata: JSON.stringify({ correlationId: '0af7651916cd43dd8448eb211c80319c', compartments }),
  };
}

const restriction = (n: number) => ({
  restrictionId: uuid(100 + n),
  kind: 'noDisclosure',
  provider: 'A state',
  legalBasis: 'An agreement',
  permits: [],
});
const registered = (...restrictions: readonly object[]): DomainEvent => ({
  type: 'EvidenceRegistered',
  data: {
    exhibitNumber: 'FORD-1',
    form: 'digital',
    kind: 'video',
    digests: [digest],
    restrictions,
    irregularities: [],
    acquisition: {
      method: 'onlineCapture',
      operatorId: uuid(50),
      acquiredAt: '2025-03-05',
      priorCustody: [],
    },
  },
});
const restricted = (n: number): DomainEvent => ({ type: 'EvidenceRestricted', data: restriction(n) });
const lifted = (n: number): DomainEvent => ({
  type: 'RestrictionLifted',
  data: { restrictionId: uuid(100 + n), providerConsentEvidenceId: uuid(60) },
});
const golden: object = JSON.parse(readFileSync('test/golden/EvidenceLinked.v2.json', 'utf8'));
const linked = (evidence: number): DomainEvent => ({
  type: 'EvidenceLinked',
  data: { ...golden, evidenceId: uuid(evidence) },
});

const begin = (lines: Memory['lines'] = new Set()) => publicPublication('urn:inquest:tests').begin({ lines });

test('what may leave of an event goes to the topic of its category, under its stream, without who acted', () => {
  const record = begin().recordOf(recorded(item, registered()), 0n);
  expect(record).toMatchObject({
    topic: 'inquest.public.evidence.v1',
    key: item,
    headers: { ce_type: 'EvidenceRegistered', ce_source: 'urn:inquest:tests', ce_subject: item },
  });
  expect(JSON.parse(record?.value ?? '')).toEqual({ form: 'digital', kind: 'video', digests: [digest] });
  expect(Object.keys(record?.headers ?? {})).not.toContain('ce_metadata');
  // A trace that a client keeps would tell which events of which cases are one person's.
  expect(JSON.stringify(record)).not.toContain('0af7651916cd43dd8448eb211c80319c');
});

test('of a restricted item, and of what names it, nothing leaves until the last restriction is lifted', () => {
  const publishing = begin();
  const leaves = (stream: string, event: DomainEvent) =>
    publishing.recordOf(recorded(stream, event), 0n) !== undefined;
  expect(leaves(item, registered(restriction(1)))).toBe(false);
  expect(leaves(item, restricted(2))).toBe(false);
  expect(leaves(investigation, linked(1))).toBe(false);
  expect(leaves(other, registered())).toBe(true);
  expect(leaves(investigation, linked(2))).toBe(true);
  expect(leaves(item, lifted(1))).toBe(false);
  expect(leaves(item, lifted(2))).toBe(true);
  expect(leaves(investigation, linked(1))).toBe(true);
});

test('another relay that goes on behind it withholds the same', () => {
  const first = begin();
  first.recordOf(recorded(item, registered(restriction(1))), 0n);
  first.recordOf(recorded(item, restricted(2)), 0n);
  first.recordOf(recorded(item, lifted(1)), 0n);
  const { added, removed } = first.change();
  expect(removed).toEqual([`${item} ${uuid(101)}`]);
  expect(first.change()).toEqual({ added: [], removed: [] });
  const next = begin(new Set(added));
  expect(next.recordOf(recorded(investigation, linked(1)), 0n)).toBeUndefined();
  expect(next.recordOf(recorded(item, lifted(2)), 0n)).toBeDefined();
  expect(next.change()).toEqual({ added: [], removed: [`${item} ${uuid(102)}`] });
});

test('it goes to the topics of the categories of which something may leave, and to no internal one', () => {
  expect(publicPublication('urn:inquest:tests').topics).toEqual([
    'inquest.public.allegation.v1',
    'inquest.public.incident.v1',
    'inquest.public.investigation.v1',
    'inquest.public.evidence.v1',
  ]);
});

test('nothing of a compartment leaves', () => {
  expect(begin().recordOf(recorded(item, registered(), ['a wall']), 0n)).toBeUndefined();
});

test('an event that only a newer version can read is not passed over', () => {
  const event = { ...recorded(item, registered()), type: 'EvidenceTeleported' };
  expect(() => begin().recordOf(event, 0n)).toThrow(UndecodableEvent);
});

test('of streams that nothing leaves of, nothing is read', () => {
  const event = { ...recorded(item, registered()), stream: streamOf('witness', uuid(9)), data: 'not JSON' };
  expect(begin().recordOf(event, 0n)).toBeUndefined();
});
