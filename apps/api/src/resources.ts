import type { Resource } from '#access';
import {
  allegation,
  evidence,
  incident,
  type Investigation,
  investigation,
  referral,
  witness,
} from '#domain';
import type { Aggregate, DeepReadonly } from '#event-sourcing';

/** A kind of aggregate that users work with, and its names in addresses and policies. */
export interface ResourceKind {
  readonly aggregate: Aggregate;
  /** In the address: `/v1/<path>/{id}`. */
  readonly path: string;
  /** In sentences. */
  readonly noun: string;
  readonly readAction: string;
  /** The aggregate as the policies see it in this state. */
  resource(state: unknown): Resource;
}

export const resourceKinds: readonly ResourceKind[] = [
  {
    aggregate: allegation,
    path: 'allegations',
    noun: 'allegation',
    readAction: 'ReadAllegation',
    resource: () => ({ type: 'Allegation' }),
  },
  {
    aggregate: incident,
    path: 'incidents',
    noun: 'incident',
    readAction: 'ReadIncident',
    resource: () => ({ type: 'Incident' }),
  },
  {
    aggregate: investigation,
    path: 'investigations',
    noun: 'investigation',
    readAction: 'ReadInvestigation',
    resource: (state) => {
      const { stage, conflicts } = investigationIn(state);
      return { type: 'Investigation', stage, conflicted: Object.keys(conflicts) };
    },
  },
  {
    aggregate: evidence,
    path: 'evidence',
    noun: 'item of evidence',
    readAction: 'ReadEvidence',
    resource: () => ({ type: 'Evidence' }),
  },
  {
    aggregate: referral,
    path: 'referrals',
    noun: 'referral',
    readAction: 'ReadReferral',
    resource: () => ({ type: 'Referral' }),
  },
  {
    aggregate: witness,
    path: 'witnesses',
    noun: 'witness',
    readAction: 'ReadWitness',
    resource: () => ({ type: 'Witness' }),
  },
];

const byCategory = new Map(resourceKinds.map((kind) => [kind.aggregate.category, kind]));

/** Throws for an aggregate that users do not work with: a use case of it must not be listed. */
export function kindOf({ category }: Pick<Aggregate, 'category'>): ResourceKind {
  const kind = byCategory.get(category);
  if (kind === undefined) throw new Error(`${category} has no address`);
  return kind;
}

/** The kind with this address. */
export function kindAt(path: string): ResourceKind {
  const kind = resourceKinds.find((candidate) => candidate.path === path);
  if (kind === undefined) throw new Error(`nothing is at /v1/${path}`);
  return kind;
}

function investigationIn(state: unknown): DeepReadonly<Investigation> {
  if (!isInvestigation(state)) throw new Error('the state of an investigation was expected');
  return state;
}

/** Told apart by what the policies ask about; the fold of the aggregate is what made it. */
function isInvestigation(state: unknown): state is DeepReadonly<Investigation> {
  return typeof state === 'object' && state !== null && 'stage' in state && 'conflicts' in state;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether something could be there under this id; what is not a UUID in lower case never is. */
export function isId(text: string): boolean {
  return uuid.test(text);
}
