import type { Aggregate, UseCase } from '#event-sourcing';
import { allegation } from './allegation/allegation.js';
import { evidence } from './evidence/evidence.js';
import { incident } from './incident/incident.js';
import { investigation } from './investigation/investigation.js';
import { refusal } from './refusal/refusal.js';

export * from './allegation/allegation.js';
export * from './approval.js';
export * from './evidence/evidence.js';
export * from './incident/incident.js';
export * from './investigation/investigation.js';
export * from './refusal/refusal.js';
export * from './refusals.js';
export * from './value-lists.js';
export * from './values.js';

/** Every kind of stream. */
export const aggregates = [
  allegation,
  incident,
  investigation,
  evidence,
  refusal,
] as const satisfies readonly Aggregate[];

/** Everything a user can ask for. A use case that is not here does not exist: routes, policies and docs read this list. */
export const useCases: readonly UseCase[] = [];
