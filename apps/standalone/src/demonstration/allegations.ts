import { day, february, town, village } from './places.js';
import type { Step } from './step.js';

/** What sources claim, and what intake made of it. */
export const allegations: readonly Step[] = [
  {
    as: 'IntakeOfficer',
    post: '/v1/allegations',
    save: 'footage',
    body: {
      source: { kind: 'organisation', organisation: 'Open Record Foundation', reference: 'ORF-2025-0211' },
      nature: 'inference',
      language: 'en',
      summary:
        'Aerial footage shows six men in uniform without weapons, hands raised, walking out of a farm building near Lesna. Minutes later they lie motionless. The foundation matched the building with satellite images.',
      claimed: {
        scope: 'occurrence',
        period: day,
        place: village,
        figures: [{ harm: 'killed', status: 'horsDeCombat', min: 5, best: 6, max: 7 }],
      },
    },
  },
  {
    as: 'IntakeOfficer',
    post: '/v1/allegations',
    save: 'denial',
    body: {
      source: {
        kind: 'official',
        organisation: 'Press office of the Southern Command',
        reference: 'Briefing 44',
      },
      nature: 'officialStatement',
      language: 'en',
      summary:
        'The captured fighters took up weapons again and were killed in combat while trying to escape.',
      claimed: { scope: 'statement', period: day, place: village, figures: [] },
    },
  },
  {
    as: 'IntakeOfficer',
    post: '/v1/allegations',
    save: 'survivor',
    body: {
      source: {
        kind: 'individual',
        informantId: '7d6f2c1a-54b0-4e0f-9a51-0c6f1f6b1d01',
        reference: 'Account 3',
      },
      nature: 'eyewitness',
      language: 'en',
      summary:
        'A soldier of the Northern Brigade says that he surrendered with six others at the farm near Lesna, was led away for questioning, and heard single shots behind him.',
      claimed: {
        scope: 'occurrence',
        period: day,
        place: village,
        figures: [{ harm: 'killed', status: 'horsDeCombat', min: 6, max: null }],
      },
    },
  },
  {
    as: 'IntakeOfficer',
    post: '/v1/allegations',
    save: 'aggregate',
    body: {
      source: {
        kind: 'organisation',
        organisation: 'Joint Monitoring Mission',
        reference: 'Report 9, paragraph 61',
      },
      nature: 'inference',
      language: 'en',
      summary:
        'The mission recorded 14 incidents in which at least 37 prisoners were killed between December and March.',
      claimed: {
        scope: 'aggregate',
        period: { start: '2024-12-01', end: '2025-03-31', precision: 'month' },
        incidents: { min: 14, max: null },
        figures: [{ harm: 'killed', status: 'horsDeCombat', min: 37, max: null }],
      },
    },
  },
  {
    as: 'IntakeOfficer',
    post: '/v1/allegations',
    save: 'repeat',
    body: {
      source: { kind: 'media', organisation: 'Osa Daily', reference: 'Online edition of 13 February 2025' },
      nature: 'hearsay',
      language: 'en',
      summary:
        'Aerial footage shows six men in uniform, hands raised, walking out of a farm building near Lesna; minutes later they lie motionless.',
      claimed: { scope: 'occurrence', period: day, place: village, figures: [] },
    },
  },
  {
    as: 'IntakeOfficer',
    post: '/v1/allegations',
    save: 'clinic',
    body: {
      source: { kind: 'socialMedia', organisation: 'Channel of Veldara residents', reference: 'Post 20871' },
      nature: 'eyewitness',
      language: 'en',
      summary: 'Shells hit the yard of the clinic in Veldara; two people who waited there were killed.',
      claimed: {
        scope: 'occurrence',
        period: february,
        place: town,
        figures: [{ harm: 'killed', status: 'civilian', min: 2, max: null }],
      },
    },
  },
  ...['footage', 'denial', 'survivor', 'aggregate', 'clinic'].map((name) => ({
    as: 'IntakeOfficer',
    post: `/v1/allegations/$${name}/triage-allegation`,
    body: { decision: 'accepted', reason: 'Concerns the events under examination; the source can be named.' },
  })),
];
