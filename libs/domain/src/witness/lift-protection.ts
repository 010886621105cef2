import { Type } from 'typebox';
import { decision, demand, Field } from '#event-sourcing';
import { guard } from '../refusals.js';
import { text } from '../values.js';
import { ProtectionLifted, witness } from './witness.js';

/** Ends the protection that was ordered. */
export class LiftProtection {
  @Field(text(2000)) readonly reason!: string;
  /** Protection is never forced on anybody: a witness who wants none has none, at whatever risk. */
  @Field(Type.Optional(Type.Boolean())) readonly atWitnessWish?: boolean;
}

/** It reads only its own stream: a risk that is found in between is a conflict of revisions and is seen. */
export const liftProtection = decision(witness, LiftProtection, {
  decide: ({ protection, risk }, command) => {
    if (!protection) return [];
    demand(
      guard(
        'protection-still-needed',
        command.atWitnessWish === true || (risk?.level !== 'high' && risk?.level !== 'extreme'),
        risk?.level,
      ),
    );
    return [ProtectionLifted({ ...command })];
  },
});
