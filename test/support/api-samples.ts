/** Bodies of commands, invented, in the shape of real ones. */
export const allegationBody = {
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
};

export const incidentBody = {
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
  parties: [],
};

export const investigationBody = {
  reference: 'INV-2025-003',
  title: 'Killing of prisoners in the river valley',
  scope: 'Killings of persons hors de combat, February 2025',
  forum: 'National court',
  profile: 'standard',
};
