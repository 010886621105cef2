import { allegations } from './allegations.js';
import { evidence } from './evidence.js';
import { incidents } from './incidents.js';
import { custody } from './custody.js';
import { elsewhere, investigation } from './investigation.js';
import type { Step } from './step.js';
import { referrals, witnesses } from './witnesses.js';

/**
 * A small case to look around in. Invented from end to end and party-neutral, in the shape of a real one: soldiers who
 * had surrendered are found dead near a village; footage, survivors, an official denial and a mission's aggregate
 * figure contradict each other; one fact is established by one standard of proof and contested by a stricter one.
 */
export const demonstration: readonly Step[] = [
  ...allegations,
  ...incidents,
  ...evidence,
  ...investigation,
  ...custody,
  ...elsewhere,
  ...witnesses,
  ...referrals,
];
