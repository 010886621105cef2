import { digestOf } from '#event-sourcing';
import {
  EvidenceLinked,
  IncidentAttached,
  type Investigation,
  investigation,
  InvestigationAdvanced,
  InvestigationClosed,
  InvestigationOpened,
  InvestigationSuspended,
  IssueFramed,
  ThresholdAssessed,
} from '../investigation/investigation.js';
import type { Bearing, ThresholdTest } from '../value-lists.js';
import { sampleId } from './samples.js';

/** A case for tests, step by step: prisoners shot at a mill, and the question whether they had surrendered. */

export const video = sampleId('video');
export const killing = sampleId('killing');
export const surrender = sampleId('surrender');
export const requestId = sampleId('request');
export const forum = 'International Criminal Court';

type Opened = Parameters<typeof InvestigationOpened>[0];

export const opening: Opened = {
  reference: '2025/17',
  title: 'Prisoners shot at the Old Mill',
  scope: 'Killings of prisoners since January 2025',
  forum,
  profile: 'standard',
};
export const opened = InvestigationOpened(opening);
export const openedAs = (profile: Opened['profile']) => InvestigationOpened({ ...opening, profile });
export const suspended = InvestigationSuspended({ from: 'opened', reason: 'The partner is silent' });
export const closing = { ground: 'insufficientEvidence', reason: 'Nobody could be identified' } as const;
export const closed = InvestigationClosed({ ...closing, requestId });

export const attached = IncidentAttached({ incidentId: killing });
export const framed = IssueFramed({ issueId: surrender, proposition: 'The prisoners had surrendered' });
export const linked = (bearing: Bearing = 'unreviewed') =>
  EvidenceLinked({
    evidenceId: video,
    digest: { algorithm: 'sha-256', value: 'a'.repeat(64) },
    relevance: 'Shows the moments before',
    bearing,
  });
export const examining = InvestigationAdvanced({ from: 'opened', to: 'preliminaryExamination' });
export const investigating = InvestigationAdvanced({ from: 'preliminaryExamination', to: 'investigation' });
export const reviewing = InvestigationAdvanced({ from: 'investigation', to: 'chargingReview' });
export const met = (test: ThresholdTest) =>
  ThresholdAssessed({ test, forum, basis: 'Memorandum of 2 March', result: 'met' });

type Event = Parameters<typeof investigation.evolve>[1];

/** The case as it is after these events. */
export function after(...events: readonly Event[]): Investigation {
  const state = investigation.initial();
  const actor = { subject: 'someone', roles: [] };
  for (const [revision, event] of events.entries())
    investigation.evolve(state, event, { eventId: sampleId(String(revision)), revision, actor });
  return state;
}

/** The members of a request over this material, made at the moment of the tests. */
export const requestOver = (material: object) => ({
  requestId,
  digest: digestOf(material),
  expiresAt: '2025-03-31T12:00:00.000Z',
});
