import { day, february, town, village } from './places.js';
import type { Step } from './step.js';

/** The occurrences, how the claims stand to them, and their victims. */
export const incidents: readonly Step[] = [
  {
    as: 'Analyst',
    post: '/v1/incidents',
    save: 'lesna',
    body: {
      title: 'Killing of prisoners at the farm near Lesna',
      categories: ['unlawfulKilling'],
      means: ['smallArms'],
      period: day,
      place: village,
      parties: [
        {
          role: 'allegedPerpetrator',
          party: 'Southern Command',
          basis: 'Insignia in the footage; the official statement does not dispute presence.',
        },
        { role: 'affected', party: 'Northern Brigade', basis: 'Account of a survivor.' },
      ],
    },
  },
  {
    as: 'Analyst',
    post: '/v1/incidents',
    save: 'veldara',
    body: {
      title: 'Shelling of the clinic in Veldara',
      categories: ['attackOnProtectedObjects', 'attackOnCivilians'],
      means: ['artillery'],
      period: february,
      place: town,
      parties: [
        { role: 'belligerent', party: 'Northern Brigade', basis: 'Held positions within range.' },
        { role: 'belligerent', party: 'Southern Command', basis: 'Held positions within range.' },
      ],
    },
  },
  ...(
    [
      ['footage', 'lesna', 'supports'],
      ['survivor', 'lesna', 'supports'],
      ['denial', 'lesna', 'denies'],
      ['aggregate', 'lesna', 'context'],
      ['clinic', 'veldara', 'supports'],
    ] as const
  ).map(([allegation, incident, stance]) => ({
    as: 'Analyst',
    post: `/v1/allegations/$${allegation}/link-allegation`,
    body: { incidentId: `$${incident}`, stance },
  })),
  {
    as: 'Analyst',
    post: '/v1/incidents/$lesna/assess-victims',
    body: {
      harm: 'killed',
      status: 'horsDeCombat',
      min: 5,
      best: 6,
      max: 7,
      standard: 'reasonableGrounds',
      sources: ['ORF-2025-0211', 'Account 3'],
      basis: 'Six bodies can be told apart in the footage; a seventh shape may be equipment.',
      asOf: '2025-03-20',
    },
  },
  {
    as: 'Analyst',
    post: '/v1/incidents/$veldara/assess-victims',
    body: {
      harm: 'killed',
      status: 'civilian',
      min: 2,
      max: null,
      standard: 'alleged',
      sources: ['Post 20871'],
      basis: 'One source; no upper bound is claimed.',
      asOf: '2025-03-02',
    },
  },
];
