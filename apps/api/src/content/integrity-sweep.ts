import type { ContentStore } from '#content-store';
import { CheckIntegrity, checkIntegrity, type ContentFinding, evidence, holdingOf } from '#domain';
import { CommandHandler, derivedId, type EventStore, streamOf } from '#event-sourcing';
import { noReader, type Queries } from '#read-models';
import type { Logger, Metrics } from '#telemetry';
import { observer } from './observer.js';
import { Resting } from './resting.js';
import { type Background, startRounds, type Waits } from './rounds.js';

export interface IntegritySweepOptions {
  readonly store: EventStore;
  readonly readModels: { readonly queries: Pick<Queries, 'evidence'> };
  readonly contentStore: Pick<ContentStore, 'check'>;
  /** Key of the command hashes. */
  readonly hashKey: Uint8Array;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'integrity'>;
  /** Content is hashed again when its last check is older than this; 0 never. */
  readonly days: number;
  readonly bytesPerSecondMax: number;
  readonly waits?: Waits;
  readonly now?: () => Date;
}

const defaultWaits: Waits = { firstAfterMs: 60_000, restMs: 60_000 };
const pageItems = 50;
/** One after the other: then it is the store that fails, and not what it holds. */
const failuresMax = 3;
const dayMs = 24 * 60 * 60 * 1000;
/** An item that could not be checked, its disk being broken for instance, is left alone for so long. */
const failedRestMs = 60 * 60 * 1000;
/** A breach that is known already is not recorded again, so the item stays the first of the list. */
const unrecordedRestMs = dayMs;
/** Of the items that it checks one by one, hardly one twice. */
const cachedBytesMax = 256 * 1024;
const actor = { subject: 'inquest', roles: [] };
/**
 * Hashes stored content again, what was looked at longest ago first, one item at a time. What was checked when is in the
 * log and nowhere else, so it goes on after a restart where it ended, and any number of processes may do it: what
 * they find of one revision has one command id and is recorded once, though each of them reads the content.
 */
export function startIntegritySweep(options: IntegritySweepOptions): Background {
  const stopping = new AbortController();
  if (options.days === 0) return { stop: () => Promise.resolve() };
  const sweep = new IntegritySweep(options, stopping.signal);
  return startRounds(
    () => sweep.round(),
    options.waits ?? defaultWaits,
    stopping,
    (error) => options.logger.error({ error }, 'the integrity sweep waits'),
  );
}

/** Content that is due: of the item, or of the working copy that is named. */
interface Due {
  readonly copyId: string | undefined;
  readonly revision: number;
}

class IntegritySweep {
  readonly #kernel: CommandHandler;
  readonly #now: () => Date;
  readonly #resting = new Resting();
  /** Of the check that is under way: there is one at a time. */
  #look: { finding?: ContentFinding } = {};

  constructor(
    private readonly options: IntegritySweepOptions,
    private readonly signal: AbortSignal,
  ) {
    const { store, hashKey, contentStore, bytesPerSecondMax, metrics } = options;
    this.#now = options.now ?? (() => new Date());
    const onBytes = (bytes: number) => metrics.integrity.hashed(bytes);
    const look = observer({ contentStore, bytesPerSecondMax, signal, onBytes });
    this.#kernel = new CommandHandler({
      store,
      hashKey,
      cachedBytesMax,
      now: this.#now,
      observe: async (observation) => (this.#look.finding = await look(observation)),
    });
  }

  /** All that is due now, once. Throws what keeps it from finding out what is. */
  async round(): Promise<void> {
    const dueBefore = new Date(this.#now().getTime() - this.options.days * dayMs).toISOString();
    let failures = 0;
    for await (const id of this.#oldestFirst(dueBefore)) {
      if (this.signal.aborted || failures === failuresMax) return;
      if (this.#resting.has(id, this.#now())) continue;
      const outcome = await this.#checkItem(id, dueBefore);
      if (outcome === 'failed') this.#resting.add(id, this.#now(), failedRestMs);
      if (outcome === 'unrecorded') this.#resting.add(id, this.#now(), unrecordedRestMs);
      failures = outcome === 'failed' ? failures + 1 : 0;
    }
  }

  /** The ids of the items that the register says are due. Those that are checked meanwhile move behind the others. */
  async *#oldestFirst(dueBefore: string): AsyncGenerator<string> {
    const { readModels, metrics } = this.options;
    const asked = { limit: pageItems, sort: 'checkedAt', filters: { content: 'held' }, reader: noReader };
    for (let cursor: string | null | undefined; cursor !== null;) {
      const { answer } = await readModels.queries.evidence({ ...asked, ...(cursor ? { cursor } : {}) });
      const rows = answer.items.map(({ id, integrity, copies }) => ({
        id,
        checkedAt: oldestOf([integrity, ...copies]),
      }));
      if (cursor === undefined) metrics.integrity.oldestCheck(checkTime(rows[0]?.checkedAt));
      for (const { id, checkedAt } of rows) {
        if (checkedAt >= dueBefore) return;
        yield id;
      }
      cursor = answer.next;
    }
  }

  async #checkItem(id: string, dueBefore: string): Promise<'recorded' | 'unrecorded' | 'failed' | undefined> {
    let outcome: 'recorded' | 'unrecorded' | undefined;
    try {
      for (const due of await this.#dueOf(id, dueBefore)) {
        const isRecorded = await this.#check(id, due);
        outcome = isRecorded && outcome !== 'unrecorded' ? 'recorded' : 'unrecorded';
      }
      return outcome;
    } catch (error) {
      if (this.signal.aborted) return undefined;
      const stream = streamOf(evidence.category, id);
      this.options.logger.error({ error, stream }, 'the integrity sweep could not check an item');
      return 'failed';
    }
  }

  /** As the log says it now: the register may not know yet what was checked a moment ago. */
  async #dueOf(id: string, dueBefore: string): Promise<readonly Due[]> {
    const due = await this.#kernel.inspect(evidence, id, ({ state, revision }) =>
      [undefined, ...Object.keys(state.copies)]
        .filter((copyId) => {
          const holding = holdingOf(state, copyId);
          return holding?.content !== undefined && (holding.integrity.checkedAt ?? '') < dueBefore;
        })
        .map((copyId) => ({ copyId, revision })),
    );
    return due ?? [];
  }

  /** Whether what was found is on record now. */
  async #check(id: string, { copyId, revision }: Due): Promise<boolean> {
    const { logger, metrics } = this.options;
    this.#look = {};
    const receipt = await this.#kernel.handle({
      useCase: checkIntegrity,
      id,
      command: Object.assign(new CheckIntegrity(), copyId === undefined ? {} : { copyId }),
      commandId: derivedId('integrity sweep', id, copyId ?? '', String(revision)),
      actor,
    });
    const { finding } = this.#look;
    const isNew = receipt.eventIds.length > 0 && !receipt.replayed;
    if (finding !== undefined) metrics.integrity.checked();
    if (finding?.intact === false && isNew) {
      metrics.integrity.breached();
      const { stream, revision: recorded } = receipt;
      logger.error({ stream, revision: recorded }, 'stored content is no longer what was stored');
    }
    return receipt.eventIds.length > 0;
  }
}

/** '' for content that never was: earlier than any instant. */
function oldestOf(
  all: readonly { readonly content: 'held' | 'none'; readonly checkedAt?: string }[],
): string {
  const held = all.filter(({ content }) => content === 'held');
  return held.map(({ checkedAt }) => checkedAt ?? '').toSorted()[0] ?? '';
}

const checkTime = (checkedAt: string | undefined) =>
  checkedAt === undefined ? undefined : checkedAt === '' ? 'never' : new Date(checkedAt);
