import type { Clear } from '#event-sourcing';
import type { FileAllegation } from './allegation/file-allegation.js';
import type { RegisterEvidence } from './evidence/register-evidence.js';
import type { RecordIncident } from './incident/record-incident.js';
import type { OpenInvestigation } from './investigation/open-investigation.js';
import type { RegisterWitness } from './witness/register-witness.js';

/** A command as it is sent: what will be sealed is still plain. */
type Sent<Command> = {
  [K in keyof Command]: Exclude<Command[K], undefined> extends Clear<infer Value> ? Value : Command[K];
};

/**
 * Invented commands in the shape of real ones, by their use case, which can be carried out as they are: what the
 * documentation offers to try, and what tests begin with.
 */
export const examples = {
  FileAllegation: {
    source: { kind: 'organisation', organisation: 'River Valley Monitor', reference: 'RVM-2025-014' },
    nature: 'hearsay',
    language: 'en',
    summary: 'Prisoners are said to have been shot near the old mill in February.',
    claimed: {
      scope: 'occurrence',
      period: { start: '2025-02-10', end: '2025-02-12', precision: 'day' },
      place: { name: 'Old Mill', country: 'XX', precision: 'locality' },
      figures: [{ harm: 'killed', status: 'horsDeCombat', min: 3, max: null }],
    },
  } satisfies FileAllegation,
  RecordIncident: {
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
  } satisfies RecordIncident,
  OpenInvestigation: {
    reference: '2025/17',
    title: 'Prisoners shot at the Old Mill',
    scope: 'Killings of prisoners since January 2025',
    forum: 'International Criminal Court',
    profile: 'standard',
  } satisfies OpenInvestigation,
  RegisterEvidence: {
    exhibitNumber: 'RVM-V-001',
    form: 'digital',
    kind: 'video',
    description: 'Drone video, 42 seconds',
    digests: [{ algorithm: 'sha-256', value: 'a'.repeat(64) }],
    acquisition: {
      method: 'download',
      operatorId: '7d6f2c1a-54b0-4e0f-9a51-0c6f1f6b1d17',
      acquiredAt: '2025-02-22T10:00:00Z',
      sourceUrl: 'https://example.org/videos/17',
      priorCustody: [],
    },
    restrictions: [],
  } satisfies RegisterEvidence,
  RegisterWitness: {
    identity: { fullName: 'Example Person', dateOfBirth: '1990', placeOfBirth: 'Exampleville' },
    contact: {
      telephone: ['+999 000 000'],
      email: ['person@example.org'],
      howToContactSafely: 'Only by letter to the example office',
    },
    aliases: ['The example'],
    origin: 'cameForward',
  } satisfies Sent<RegisterWitness>,
};
