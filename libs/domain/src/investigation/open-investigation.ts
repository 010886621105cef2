import type { Static } from 'typebox';
import { decision, Field } from '#event-sourcing';
import { profileName } from '../value-lists.js';
import { text } from '../values.js';
import { investigation, InvestigationOpened } from './investigation.js';

/** Opens a case for a forum, whose profile says what it takes to go on. */
export class OpenInvestigation {
  /** The case number, as it is cited. */
  @Field(text(100)) readonly reference!: string;
  @Field(text(300)) readonly title!: string;
  @Field(text(4000)) readonly scope!: string;
  @Field(text(300)) readonly forum!: string;
  @Field(profileName) readonly profile!: Static<typeof profileName>;
}

export const openInvestigation = decision(investigation, OpenInvestigation, {
  creates: true,
  decide: (_, command) => [InvestigationOpened({ ...command })],
});
