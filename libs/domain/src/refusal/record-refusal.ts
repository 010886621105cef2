import { fact, Field } from '#event-sourcing';
import { refusal, refused, SensitiveCommandRefused } from './refusal.js';

/**
 * Records that a sensitive command was refused, under the id of the aggregate it was for. Not for users: whoever
 * carries a sensitive command out sends it when the domain said no, as the same actor and under an id derived from
 * the refused command's. Refused twice is two refusals.
 */
export class RecordRefusal {
  @Field(refused.subject) readonly subject!: string;
  @Field(refused.command) readonly command!: string;
  @Field(refused.code) readonly code!: string;
}

export const recordRefusal = fact(refusal, RecordRefusal, {
  opens: true,
  rules: () => [],
  record: (_, command) => [SensitiveCommandRefused({ ...command })],
});
