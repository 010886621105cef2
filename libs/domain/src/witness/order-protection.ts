import { type Static, Type } from 'typebox';
import { decision, demand, Field } from '#event-sourcing';
import { isBefore } from '../before.js';
import { guard } from '../refusals.js';
import { isSame } from '../same.js';
import { protectionLevel, type protectionMeasure } from '../value-lists.js';
import { dayOrInstant, text } from '../values.js';
import { isNotErased } from './guards.js';
import { protection, ProtectionOrdered, witness } from './witness.js';

/** Orders how the witness is protected; the newest order holds. How and where exactly is not for this archive. */
export class OrderProtection {
  @Field(protectionLevel) readonly level!: Static<typeof protectionLevel>;
  @Field(protection.measures) readonly measures!: Static<typeof protectionMeasure>[];
  /** The court or authority; left out where the order is our own. */
  @Field(Type.Optional(text(300))) readonly orderedBy?: string;
  @Field(Type.Optional(dayOrInstant)) readonly until?: string;
}

/** It reads only its own stream: whatever comes between is a conflict of revisions and is seen. */
export const orderProtection = decision(witness, OrderProtection, {
  decide: (state, command, { now }) => {
    if (isSame(state.protection, command)) return [];
    demand(
      isNotErased(state),
      guard(
        'protection-over-already',
        command.until === undefined || !isBefore(command.until, now),
        command.until,
      ),
    );
    return [ProtectionOrdered({ ...command })];
  },
});
