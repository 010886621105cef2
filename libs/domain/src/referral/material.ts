import type { DeepReadonly } from '#event-sourcing';
import type { Allegation } from '../allegation/allegation.js';
import type { Evidence } from '../evidence/evidence.js';
import type { Incident } from '../incident/incident.js';
import type { Investigation } from '../investigation/investigation.js';
import type { Witness } from '../witness/witness.js';

/**
 * The part of each state that an approval binds: what a reviewer decided on. What housekeeping changes is left out, or
 * every integrity check would make approvals lapse.
 */

/** What the case is and rests on. Left out: who works on it, and requests that nobody has approved yet. */
export function materialOfInvestigation(state: DeepReadonly<Investigation>): object {
  const { reference, title, scope, forum, profile, stage, closed, newFacts } = state;
  const { allegations, incidents, evidence, issues, thresholds } = state;
  return {
    ...{ reference, title, scope, forum, profile, stage, closed, newFacts },
    ...{ allegations, incidents, evidence, issues, thresholds },
  };
}

/** What the source says and whether it stands by it. Left out: the grounds of our own triage, and our clock. */
export function materialOfAllegation(state: DeepReadonly<Allegation>): object {
  const { filedAt: _, triage: __, ...material } = state;
  return material;
}

/** What happened, to how many, and how sure that is. Left out: who recorded and who assessed it, and our clock. */
export function materialOfIncident(state: DeepReadonly<Incident>): object {
  const { enteredAt: _, recordedBy: __, victims, verification, ...material } = state;
  const { assessedBy: ___, ...verified } = verification ?? {};
  const counts = Object.entries(victims).map(([key, assessed]) => {
    const { eventId: ____, ...counted } = assessed;
    return [key, counted];
  });
  return { ...material, victims: Object.fromEntries(counts), verification: verified };
}

/**
 * What the item is, what was found out about it and what is demanded of whoever holds it; breaches as long as they are
 * not put right. Left out: integrity checks that found it intact and the handing round of custody; where its bytes are
 * stored, which the digests say enough of; requests.
 */
export function materialOfEvidence(state: DeepReadonly<Evidence>): object {
  const { exhibitNumber, form, kind, description, digests, acquisition, irregularities } = state;
  const { seal, sealed, authenticity, admissibility, restrictions } = state;
  const copies = Object.entries(state.copies).map(([copyId, held]) => {
    const { content: _, integrity: __, ...copy } = held;
    return [copyId, copy];
  });
  const breaches = Object.entries(state.breaches).filter(
    ([, { resolved }]) => resolved === undefined || resolved.outcome === 'acknowledged',
  );
  return {
    ...{ exhibitNumber, form, kind, description, digests, acquisition, irregularities },
    ...{ seal, sealed, authenticity, admissibility, restrictions },
    copies: Object.fromEntries(copies),
    breaches: Object.fromEntries(breaches),
  };
}

/**
 * What the witness said: interviews for this case, earlier accounts, recantations. Left out: risk, protection and
 * identity, which are never handed on, plans, interviews for other cases; and consents, because whether one is in force
 * is asked anew at each step (`transmissionBlocks`), and one given to others changes nothing here.
 */
export function materialOfWitness(state: DeepReadonly<Witness>, investigationId: string): object {
  const { pseudonym, priorAccounts, recantations } = state;
  const interviews = Object.entries(state.interviews).filter(
    ([, held]) => held.investigationId === investigationId,
  );
  return { pseudonym, priorAccounts, recantations, interviews: Object.fromEntries(interviews) };
}
