import type { Static } from 'typebox';
import type { profileName, ThresholdTest } from '../value-lists.js';

/** What a forum asks for before a case may go on. */
export interface Profile {
  /** The tests that must be met before a preliminary examination becomes an investigation. */
  readonly thresholds: readonly ThresholdTest[];
  /** Whether an incident must be attached before the case advances at all. */
  readonly needsIncident: boolean;
}

export const profiles: Readonly<Record<Static<typeof profileName>, Profile>> = {
  /** Rome Statute, article 53(1): jurisdiction, admissibility (article 17) and the interests of justice. */
  standard: {
    thresholds: ['jurisdiction', 'complementarity', 'gravity', 'interestsOfJustice'],
    needsIncident: true,
  },
  /** Starts from a situation, without incidents: the German Strukturverfahren, for instance. */
  structural: {
    thresholds: ['jurisdiction', 'complementarity', 'gravity', 'interestsOfJustice'],
    needsIncident: false,
  },
  /** The principle of legality: the authority must investigate whatever the gravity. */
  mandatoryProsecution: {
    thresholds: ['jurisdiction', 'complementarity', 'interestsOfJustice'],
    needsIncident: true,
  },
};
