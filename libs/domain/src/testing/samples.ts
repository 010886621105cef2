import { derivedId } from '#event-sourcing';
import { AllegationFiled } from '../allegation/allegation.js';
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
    source: { kind: 'organisation', organisation: 'River Valley Monitor', reference: 'RVM-2025-014' },
    nature: 'hearsay',
    language: 'en',
    summary: 'Prisoners are said to have been shot near the mill.',
    claimed: {
      scope: 'occurrence',
      period: { start: '2025-02-10', end: '2025-02-12', precision: 'day' },
      place: { name: 'Old Mill', country: 'XX', precision: 'locality' },
      figures: [{ harm: 'killed', status: 'horsDeCombat', min: 3, max: null }],
    },
    restrictions: [],
    filedAt: '2025-02-20T09:00:00.000Z',
    ...over,
  });

export const recorded = (over: Partial<Recorded> = {}) =>
  IncidentRecorded({
    title: 'Shooting of prisoners at the Old Mill',
    categories: ['unlawfulKilling'],
    means: ['smallArms'],
    period: { start: '2025-02-11', precision: 'day' },
    place: {
      name: 'Old Mill',
      country: 'XX',
      precision: 'locality',
      coordinates: { latitude: 1.5, longitude: 2.25 },
      radiusMeters: 800,
    },
    parties: [
      { role: 'allegedPerpetrator', party: 'Northern Brigade', basis: 'Insignia seen by two accounts' },
    ],
    enteredAt: '2025-02-21T09:00:00.000Z',
    ...over,
  });

/** An account linked to an incident in its support, from an origin of its own. */
export const accountOf = (organisation: string): Partial<Filed> => ({
  source: { kind: 'organisation', organisation, reference: `${organisation}, report 1` },
});

export const registered = (over: Partial<Registered> = {}) =>
  EvidenceRegistered({
    exhibitNumber: 'RVM-V-001',
    form: 'digital',
    kind: 'video',
    description: 'Drone video, 42 seconds',
    digests: [{ algorithm: 'sha-256', value: 'a'.repeat(64) }],
    acquisition: {
      method: 'download',
      operatorId: sampleId('operator'),
      acquiredAt: '2025-02-22T10:00:00Z',
      sourceUrl: 'https://example.org/videos/17',
      priorCustody: [],
    },
    irregularities: [],
    restrictions: [],
    ...over,
  });
