import { examples } from '#domain';

/** The examples as a client would send them, changed as a test needs it. */

export const allegation = (over: object = {}) => ({ ...examples.FileAllegation, ...over });
export const incident = (over: object = {}) => ({ ...examples.RecordIncident, ...over });
export const investigation = (over: object = {}) => ({ ...examples.OpenInvestigation, ...over });
export const evidence = (over: object = {}) => ({ ...examples.RegisterEvidence, ...over });

export const witness = (over: object = {}) => ({ ...examples.RegisterWitness, ...over });

export const victims = (over: object = {}) => ({
  harm: 'killed',
  status: 'horsDeCombat',
  min: 3,
  best: 4,
  max: 6,
  standard: 'credible',
  sources: ['RVM-2025-014'],
  basis: 'Two accounts of different origin',
  asOf: '2025-03-01',
  ...over,
});
