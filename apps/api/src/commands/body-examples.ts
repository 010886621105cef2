/** Invented bodies that can be sent as they are, by the use case they are for: what /docs offers to try. */
export const bodyExamples: Readonly<Record<string, object>> = {
  FileAllegation: {
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
  },
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
  },
  OpenInvestigation: {
    reference: 'INV-2025-003',
    title: 'Killing of prisoners in the river valley',
    scope: 'Killings of persons hors de combat, February 2025',
    forum: 'National court',
    profile: 'standard',
  },
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
  },
};
