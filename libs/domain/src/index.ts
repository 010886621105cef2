import type { Aggregate, UseCase } from '#event-sourcing';
import { allegation } from './allegation/allegation.js';
import { fileAllegation } from './allegation/file-allegation.js';
import { linkAllegation } from './allegation/link-allegation.js';
import { reviseAllegation } from './allegation/revise-allegation.js';
import { triageAllegation } from './allegation/triage-allegation.js';
import { unlinkAllegation } from './allegation/unlink-allegation.js';
import { withdrawAllegation } from './allegation/withdraw-allegation.js';
import { evidence } from './evidence/evidence.js';
import { assessVerification } from './incident/assess-verification.js';
import { assessVictims } from './incident/assess-victims.js';
import { beginVerification } from './incident/begin-verification.js';
import { classifyIncident } from './incident/classify-incident.js';
import { correctIncident } from './incident/correct-incident.js';
import { incident } from './incident/incident.js';
import { mergeIncident } from './incident/merge-incident.js';
import { recordIncident } from './incident/record-incident.js';
import { reverseMerge } from './incident/reverse-merge.js';
import { investigation } from './investigation/investigation.js';
import { refusal } from './refusal/refusal.js';

export * from './allegation/allegation.js';
export * from './approval.js';
export * from './evidence/evidence.js';
export * from './incident/incident.js';
export * from './investigation/investigation.js';
export * from './refusal/refusal.js';
export { RecordRefusal, recordRefusal } from './refusal/record-refusal.js';
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
export const useCases: readonly UseCase[] = [
  fileAllegation,
  triageAllegation,
  reviseAllegation,
  withdrawAllegation,
  linkAllegation,
  unlinkAllegation,
  recordIncident,
  correctIncident,
  assessVictims,
  beginVerification,
  assessVerification,
  classifyIncident,
  mergeIncident,
  reverseMerge,
];
