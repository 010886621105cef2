import { type Static, Type } from 'typebox';
import type { DeepReadonly } from '#event-sourcing';
import { authenticityOutcome } from '../value-lists.js';
import { id, object, subject, text } from '../values.js';

/** Whose assessment it is: our own staff's, or another organisation's, whose report is itself an item. */
export const assessedBy = Type.Union([
  object({ kind: Type.Literal('own') }),
  object({ kind: Type.Literal('external'), organisation: text(300), reportEvidenceId: id }),
]);

export const authenticityMethods = Type.Array(text(300), { minItems: 1, maxItems: 50 });

export const authenticity = object({
  outcome: authenticityOutcome,
  methods: authenticityMethods,
  by: assessedBy,
  limitations: Type.Optional(text(4000)),
});

/** An assessment with the person who made it. */
export const assessment = object({ ...authenticity.properties, assessor: subject });
type Assessed = DeepReadonly<{ authenticity: Static<typeof assessment>[] }>;

/** Whether own staff find the item authentic: some do, and none of them, by their newest word, disputes or denies it. */
export function foundAuthenticByOwnStaff(item: Assessed): boolean {
  const outcomes = outcomesOfOwnStaff(item);
  return (
    outcomes.includes('authentic') && !outcomes.includes('inauthentic') && !outcomes.includes('disputed')
  );
}

/** Whether somebody of our own staff, by their newest word, finds the item inauthentic. */
export function foundInauthenticByOwnStaff(item: Assessed): boolean {
  return outcomesOfOwnStaff(item).includes('inauthentic');
}

function outcomesOfOwnStaff({ authenticity: assessments }: Assessed) {
  const own = assessments.filter(({ by }) => by.kind === 'own');
  return [...new Map(own.map(({ assessor, outcome }) => [assessor, outcome])).values()];
}
