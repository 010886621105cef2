import { validate } from 'class-validator';
import * as fc from 'fast-check';
import { arbitraryMembers, type StringsFor } from '../../../test/support/arbitrary-of-schema.js';
import { asOwner } from '../../../test/support/event-store-database.js';
import { openViews, type Views } from '../../../test/support/views.js';
import { aggregates, useCases } from '#domain';
import { differencesIn, projections } from '#read-models';
import { derivedId, faultsOf, fieldsOf, NotFound, Refused, type UseCase } from '#event-sourcing';

// What the API takes, every read model can show: an event that parks itself stays parked for ever.

const seed = Date.now() % 2 ** 31;
const commandsEach = 40;
/** How often a command is drawn before it is given up because its fields do not go together. */
const drawsMax = 20;

let views: Views;
beforeAll(async () => {
  views = await openViews();
});
afterAll(() => views.close());

test('no event of a command that was accepted is parked, however long its texts and far its days, and a rebuild gives the same', async () => {
  const ids = new Map<string, string[]>(aggregates.map(({ category }) => [category, []]));
  const accepted = new Map<string, number>();
  for (let round = 0; round < commandsEach; round += 1)
    for (const useCase of useCases) {
      const known = ids.get(useCase.aggregate.category) ?? [];
      // Chance may not have found a first one yet.
      if (!useCase.creates && known.length === 0) continue;
      const id = useCase.creates ? undefined : known[(seed + round) % known.length];
      const command = await commandFor(useCase, seed + round, stringsFrom(ids));
      if (!command) continue;
      const receipt = await views.office.ask(useCase.name, command, id).catch((error: unknown) => {
        if (error instanceof Refused || error instanceof NotFound) return undefined;
        throw error;
      });
      if (!receipt) continue;
      accepted.set(useCase.name, (accepted.get(useCase.name) ?? 0) + 1);
      if (useCase.creates) known.push(receipt.id);
    }
  await views.settled();
  expect({ seed, parked: await parkedEvents(views.ownerUrl) }).toEqual({ seed, parked: [] });
  const seldom = useCases.filter(({ name, creates }) => creates && (accepted.get(name) ?? 0) < 5);
  expect({ seed, seldom: seldom.map(({ name }) => name) }).toEqual({ seed, seldom: [] });
  // And a rebuild makes of the same history what the views made of it batch by batch.
  for (const { name } of projections) {
    const { position, comparison } = await views.models.rebuild(name);
    expect(comparison).toMatchObject({ position });
    expect({ seed, name, differences: differencesIn(comparison) }).toEqual({ seed, name, differences: [] });
  }
}, 120_000);

/** What chance would hardly ever find: what is handed on has to be part of the case, and nothing is here. */
const usual: Readonly<Record<string, object>> = {
  DraftReferral: { evidence: [], witnesses: [], incidents: [], allegations: [] },
};

/** A command whose fields are in order; none if chance finds none. */
async function commandFor(useCase: UseCase, from: number, strings: StringsFor): Promise<object | undefined> {
  const fields = arbitraryMembers(fieldsOf(useCase.command), strings, 'extreme');
  for (const drawn of fc.sample(fields, { seed: from, numRuns: drawsMax })) {
    const command: object = Object.assign(new useCase.command(), drawn, usual[useCase.name]);
    if (faultsOf(await validate(command)).length === 0) return command;
  }
  return undefined;
}

/** Ids of what is there, by the field's name. */
function stringsFrom(ids: ReadonlyMap<string, readonly string[]>): StringsFor {
  return (field) => {
    if (field === 'items') return [`incident-${derivedId('nobody')}`];
    const kind = field.replace(/Id$/, '').toLowerCase();
    const category = { into: 'incident', duplicateof: 'allegation', basis: 'evidence' }[kind] ?? kind;
    return [...(ids.get(category) ?? []), derivedId('nobody')];
  };
}

async function parkedEvents(ownerUrl: string): Promise<object[]> {
  let parked: object[] = [];
  await asOwner(ownerUrl, async (client) => {
    const { rows } = await client.query<object>(
      'SELECT projection, type, fault FROM projections.parked WHERE fault IS NOT NULL ORDER BY position LIMIT 20',
    );
    parked = rows;
  });
  return parked;
}
