import { reportBreach, storeContent, useCases } from '#domain';
import {
  CommandHandler,
  derivedId,
  enclose,
  type EventStore,
  type Observation,
  type Receipt,
} from '#event-sourcing';
import { sampleSealer } from '#event-sourcing/testing';

/** What decisions find outside the log where all is well: no referral was transmitted, and content is what it should be. */
export async function nothingOutside({ what }: Observation): Promise<unknown> {
  if (what === 'transmittedReferrals') return { referralIds: [] };
  if (what === 'content') return { intact: true };
  throw new Error(`the tests do not say what ${what} is found`);
}

const openedAt = Date.parse('2025-03-01T08:00:00Z');

/** Somebody who does what a user would, through the real use cases, on a store. */
export interface Office {
  /** Carries a command out; `id` is the aggregate's, left out where the command creates one. */
  readonly ask: (useCase: string, command: object, id?: string, subject?: string) => Promise<Receipt>;
}

/**
 * Command ids follow from the order of the commands, so two offices that do the same record the same ids. Its clock goes
 * on by a millisecond with each command: what was asked earlier is earlier.
 */
export function openOffice(store: EventStore, from = openedAt): Office {
  let asked = 0;
  const handler = new CommandHandler({
    store,
    hashKey: new TextEncoder().encode('key of the tests'),
    now: () => new Date(from + asked),
    sealer: sampleSealer,
    observe: nothingOutside,
  });
  return {
    ask(name, command, id, subject = 'p.keller') {
      const useCase = [...useCases, storeContent, reportBreach].find((candidate) => candidate.name === name);
      if (!useCase) throw new Error(`there is no use case ${name}`);
      asked += 1;
      const asSent = Object.assign(new useCase.command(), command);
      enclose(asSent);
      return handler.handle({
        useCase,
        command: asSent,
        commandId: derivedId('office', String(asked)),
        actor: { subject, roles: [] },
        ...(id === undefined ? {} : { id }),
      });
    },
  };
}
