import { Inject, Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { Caller } from '#access';
import type { ContentStore } from '#content-store';
import {
  deliveryRules,
  namedIn,
  readsOf,
  type Referral,
  referral,
  type ReferralStates,
  type TransmissionBlock,
  transmissionBlocks,
} from '#domain';
import {
  CommandHandler,
  type DeepReadonly,
  demand,
  type EventStore,
  type Loaded,
  type Read,
  streamOf,
} from '#event-sourcing';
import type { Trace } from '#telemetry';
import { AccessLog } from '../../access-log.js';
import { notFound } from '../../problems/problem.js';
import { kindAt } from '../../resources.js';
import { contentStoreToken, eventStoreToken } from '../../tokens.js';
import { ReadState } from '../resource-queries.js';
import { itemsOf, type PackageSource } from './package-files.js';

const referrals = kindAt('referrals');
type Referred = DeepReadonly<Referral>;

/** What a referral hands on, for whoever may have it now. */
@Injectable()
export class ReferralPackages {
  constructor(
    @Inject(QueryBus) private readonly queryBus: QueryBus,
    private readonly kernel: CommandHandler,
    @Inject(eventStoreToken) private readonly store: EventStore,
    private readonly accesses: AccessLog,
    @Inject(contentStoreToken) private readonly content: ContentStore,
  ) {}

  /** What keeps it from its recipient now, sent or not. Throws `not-found` for who may not read it. */
  async blocks(id: string, caller: Caller): Promise<TransmissionBlock[]> {
    const { state, states } = await this.#read(id, caller, referrals.readAction);
    return transmissionBlocks(state, states, new Date().toISOString());
  }

  /**
   * What a package is made of. The decision to transmit handed nothing out: here is where everything that may have
   * changed since is looked at once more, by the same function and against states that are read after it. Throws
   * `not-found`, and `refused` where it is not to be delivered.
   */
  async prepare(id: string, caller: Caller): Promise<{ source: PackageSource; revision: number }> {
    const { state, revision, states } = await this.#read(id, caller, 'ReadReferralPackage');
    demand(...deliveryRules(state, states, new Date().toISOString()));
    const items = itemsOf(state, states.items);
    const { store, content } = this;
    return { source: { referralId: id, referral: state, items, store, content }, revision };
  }

  /** Puts on record that the package is about to be read. Where this throws, nothing is to be delivered. */
  async record(
    { referralId, referral: state }: PackageSource,
    revision: number,
    caller: Caller,
    trace: Trace,
  ) {
    await this.accesses.note({
      caller,
      trace,
      command: {
        subject: streamOf(referral.category, referralId),
        material: 'referralPackage',
        purpose: `Delivery to ${state.recipient}`,
        revision,
      },
    });
  }

  /** The referral first, then what it names: so what is read of that is no older than what the referral says. */
  async #read(id: string, caller: Caller, action: string) {
    const { revision } = await this.queryBus.execute(new ReadState(referrals, id, caller, undefined, action));
    const loaded = await this.kernel.load(referral, id);
    if (!loaded) throw notFound();
    const { state } = loaded;
    const states = await this.#statesOf(state);
    if (isConflicted(states, caller)) throw notFound();
    return { state, revision: Math.max(revision, loaded.revision), states };
  }

  async #statesOf(state: Referred): Promise<ReferralStates> {
    const { subject, claims, occurrences, items, people } = readsOf(namedIn(state));
    const one = <State>({ aggregate, id }: Read<State>): Promise<Loaded<State> | undefined> =>
      this.kernel.load(aggregate, id);
    return {
      subject: await one(subject),
      claims: await Promise.all(claims.map(one)),
      occurrences: await Promise.all(occurrences.map(one)),
      items: await Promise.all(items.map(one)),
      people: await Promise.all(people.map(one)),
    };
  }
}

/** The policies do not see the case of a referral: whoever declared a conflict of interest in it does not read it either. */
function isConflicted({ subject }: ReferralStates, { subject: acting, onBehalfOf }: Caller): boolean {
  return [acting, onBehalfOf].some(
    (name) => name !== undefined && subject !== undefined && Object.hasOwn(subject.state.conflicts, name),
  );
}
