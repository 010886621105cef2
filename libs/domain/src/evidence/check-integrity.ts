import { Type } from 'typebox';
import { decision, demand, Field } from '#event-sourcing';
import { refuse } from '../refusals.js';
import { type Id, id } from '../values.js';
import { holdingOf } from './content.js';
import { contentCheck, eventsOfFinding } from './content-check.js';
import { evidence } from './evidence.js';
import { copyExists, holdsContent } from './guards.js';

/**
 * Has the stored content of the item, or of a working copy, hashed again. What is found is recorded when it differs
 * from what was found last, and once a day when it does not: asked twice on one day, the second check says nothing new.
 */
export class CheckIntegrity {
  @Field(Type.Optional(id)) readonly copyId?: Id;
}

/**
 * Asked of a quarantined item too: how else would anybody learn that its content is back. Content that is stored anew
 * while it is hashed is another observation, so it is looked at again.
 */
export const checkIntegrity = decision(evidence, CheckIntegrity, {
  observes: (state, { copyId }) => {
    const content = holdingOf(state, copyId)?.content;
    return { finding: content && contentCheck(content) };
  },
  decide: (state, { copyId }, { finding, ...context }) => {
    demand(copyExists(state, copyId), holdsContent(state, copyId));
    return eventsOfFinding(
      state,
      { copyId, by: 'check' },
      finding ?? refuse('content-not-held', copyId),
      context,
    );
  },
});
