import { derivedId } from '#event-sourcing';
import { AllegationFiled } from '../allegation/allegation.js';
import { examples } from '../examples.js';
import { EvidenceRegistered } from '../evidence/evidence.js';
import { IncidentRecorded } from '../incident/incident.js';

/** Invented histories in the shape of real ones, for tests. */

type Filed = Parameters<typeof AllegationFiled>[0];
type Registered = Parameters<typeof EvidenceRegistered>[0];
type Recorded = Parameters<typeof IncidentRecorded>[0];

export const sampleId = (name: string): string => derivedId('sample', name);

/** Ids before and after every other, for what is ordered by id. */
export const lowestId = '00000000-0000-4000-8000-000000000000';
export const highestId = 'ffffffff-ffff-4fff-bfff-ffffffffffff';

export const filed = (over: Partial<Filed> = {}) =>
  AllegationFiled({
    ...examples.FileAllegation,
    restrictions: [],
    filedAt: '2025-02-20T09:00:00.000Z',
    ...over,
  });

export const recorded = (over: Partial<Recorded> = {}) =>
  IncidentRecorded({
    ...examples.RecordIncident,
    enteredAt: '2025-02-21T09:00:00.000Z',
    ...over,
  });

/** An account linked to an incident in its support, from an origin of its own. */
export const accountOf = (organisation: string): Partial<Filed> => ({
  source: { kind: 'organisation', organisation, reference: `${organisation}, report 1` },
});

export const registered = (over: Partial<Registered> = {}) =>
  EvidenceRegistered({
    ...examples.RegisterEvidence,
    irregularities: [],
    restrictions: [],
    ...over,
  });
