import type { Static, TSchema } from 'typebox';
import type { DataSource, ObjectLiteral } from 'typeorm';
import { allegationInbox, allegationList } from './allegation-inbox.js';
import { caseBoardList } from './case-board.js';
import { timelineList } from './case-timeline.js';
import { duplicateCandidatesOf } from './duplicates.js';
import { evidenceRegisterName } from './evidence-links.js';
import { evidenceList } from './evidence-register.js';
import { withRelations } from './evidence-relations.js';
import { incidentList, mapOf } from './incident-list.js';
import { inboxList } from './inbox.js';
import type { ListDefinition, ListParameters } from './list/definition.js';
import { list, type Page } from './list/list.js';
import { referralList } from './referral-tracker.js';
import { referralsReliedUpon } from './referrals-relying.js';
import { ViewBehind, type ViewPositions } from './runner/view-positions.js';
import { statisticsName } from './statistics.js';
import { countedIn } from './statistics-counted.js';
import type { StatisticsParameters } from './statistics-parameters.js';
import { statisticsOf } from './statistics-query.js';
import { unrestrictedAccounts, unrestrictedItems } from './unrestricted.js';
import { witnessList } from './witness-register.js';

/** An answer and the position of the view it came from, which it is no older than: `Inquest-Position`. */
export interface Answer<T> {
  readonly answer: T;
  readonly position: bigint;
}

/** What the caller has seen and wants to find in the answer. */
export interface Seen {
  readonly position?: bigint;
}

export type Queries = ReturnType<typeof queriesOn>;

/**
 * Every question to the read models. Each waits until its view has reached the position that the caller has seen, and
 * throws `ViewBehind` when that takes too long. Lists throw `InvalidCursor`.
 */
export function queriesOn(dataSource: DataSource, positions: ViewPositions, waitMsMax: number) {
  const wait = (view: string, position: bigint) => positions.waitFor([view], position, waitMsMax);

  /** For a question that looks by itself at what is parked, and so need not be refused for it. */
  const waitPastParked = (view: string, position: bigint) =>
    wait(view, position).catch((error: unknown) => {
      if (!(error instanceof ViewBehind && error.parked)) throw error;
    });

  /** The position is read first, so the answer is at or past it. */
  async function answer<T>(
    view: string,
    seen: Seen,
    ask: () => Promise<T>,
    reach = wait,
  ): Promise<Answer<T>> {
    if (seen.position !== undefined) await reach(view, seen.position);
    const position = await positions.at(view);
    // A PostgreSQL that was killed may have lost the newest rows, with their checkpoint, since they were seen.
    if (seen.position !== undefined && position < seen.position)
      throw new ViewBehind(view, seen.position, false);
    return { answer: await ask(), position };
  }

  const page =
    <Row extends ObjectLiteral, Item extends TSchema>(definition: ListDefinition<Row, Item>) =>
    (parameters: ListParameters, seen: Seen = {}): Promise<Answer<Page<Static<Item>>>> =>
      answer(definition.projection, seen, () => list(dataSource, definition, parameters));

  return {
    investigations: page(caseBoardList),
    timeline: page(timelineList),
    allegations: page(allegationList),
    incidents: page(incidentList),
    incidentMap: (parameters: ListParameters, seen: Seen = {}) =>
      answer(incidentList.projection, seen, async () =>
        mapOf(await list(dataSource, incidentList, parameters)),
      ),
    evidence: (parameters: ListParameters, seen: Seen = {}) =>
      answer(evidenceList.projection, seen, async () => {
        const { items, next } = await list(dataSource, evidenceList, parameters);
        return { items: await withRelations(dataSource, items, parameters.reader), next };
      }),
    /** Those of these items, or accounts, that no restriction keeps from all, as far as the views know. */
    unrestrictedItems: (ids: readonly string[], seen: Seen) =>
      answer(evidenceRegisterName, seen, () => unrestrictedItems(dataSource, ids), waitPastParked),
    unrestrictedAccounts: (ids: readonly string[], seen: Seen) =>
      answer(allegationInbox.name, seen, () => unrestrictedAccounts(dataSource, ids), waitPastParked),
    referrals: page(referralList),
    inbox: page(inboxList),
    /** The transmitted referrals that rely on a witness. Who decides by it asks with the head of the log. */
    transmittedReferralsRelyingOn: (witnessId: string, seen: Seen) =>
      answer(referralList.projection, seen, () => referralsReliedUpon(dataSource, witnessId)),
    witnesses: page(witnessList),
    duplicates: (allegationId: string, limit: number, seen: Seen = {}) =>
      answer(allegationInbox.name, seen, () => duplicateCandidatesOf(dataSource, allegationId, limit)),
    statistics: (parameters: StatisticsParameters, seen: Seen = {}) =>
      answer(statisticsName, seen, () => statisticsOf(dataSource, parameters)),
    /** The incidents and assessments behind a figure. */
    counted: (
      parameters: Omit<StatisticsParameters, 'by'>,
      of: { limit: number; cursor?: string },
      seen: Seen = {},
    ) => answer(statisticsName, seen, () => countedIn(dataSource, parameters, of)),
  };
}
