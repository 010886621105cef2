import { Type } from 'typebox';
import { decision, demand, Field } from '#event-sourcing';
import { type Id, id, text } from '../values.js';
import { isActive, isAttached } from './guards.js';
import { investigation, IssueFramed } from './investigation.js';

/** Puts a fact in issue: a proposition that can be established, contested or refuted. Framed once. */
export class FrameIssue {
  @Field(text(2000)) readonly proposition!: string;
  @Field(Type.Optional(id)) readonly incidentId?: Id;
  /** The element of a crime that it is about, as cited. */
  @Field(Type.Optional(text(300))) readonly element?: string;
}

export const frameIssue = decision(investigation, FrameIssue, {
  decide: (state, command, context) => {
    const isFramed = Object.values(state.issues).some(
      (issue) =>
        issue.proposition === command.proposition &&
        issue.incidentId === command.incidentId &&
        issue.element === command.element,
    );
    if (isFramed) return [];
    demand(...isActive(state), isAttached(state, command.incidentId));
    return [IssueFramed({ issueId: context.newId('issue'), ...command })];
  },
});
