import { type Static, Type } from 'typebox';
import { decision, demand, Field } from '#event-sourcing';
import { guard } from '../refusals.js';
import { isSame } from '../same.js';
import { seal } from './acquisition.js';
import { evidence, EvidenceSealed } from './evidence.js';
import { isNotQuarantined } from './guards.js';

/** Declares the item the original: from now on a difference from it is a breach. Sealed once. */
export class SealEvidence {
  /** The physical seal put on now; left out where the item came sealed, or its digest is its seal. */
  @Field(Type.Optional(seal)) readonly seal?: Static<typeof seal>;
}

/**
 * The content is `held` where our store has it by then, else `declared`: its digest is what was stated at registration.
 * An upload that comes between the read and the append moves the item's own stream, and it is decided again.
 */
export const sealEvidence = decision(evidence, SealEvidence, {
  decide: (state, command) => {
    const intended = command.seal ?? state.seal;
    if (state.sealed && isSame(intended, state.seal)) return [];
    demand(
      guard('evidence-sealed', state.sealed === undefined, state.seal?.number),
      guard('seal-not-intact', command.seal === undefined || command.seal.condition === 'intact'),
      isNotQuarantined(state),
      guard('nothing-to-seal-by', state.digests.length > 0 || intended?.condition === 'intact'),
    );
    return [EvidenceSealed({ content: state.content ? 'held' : 'declared', ...command })];
  },
});
