import { createHash } from 'node:crypto';

/**
 * A small case to look around in. Invented from end to end and party-neutral, in the shape of a real one: soldiers who
 * had surrendered are found dead near a village; footage, survivors, an official denial and a mission's aggregate
 * figure contradict each other; one fact is established by one standard of proof and contested by a stricter one.
 */

/** One request of the demonstration, in order. `$name` in a path or body is the id of the step saved under that name. */
export interface Step {
  /** The demo user who asks. */
  readonly as: string;
  readonly post: string;
  readonly body: object;
  readonly save?: string;
  /** Saves the id of the newest member of this part of the resource, which the step added, instead of the resource's. */
  readonly newest?: 'issues';
}

/** Who is assigned, as `@user` in a body: the subject of that demo user. */
const village = {
  name: 'Lesna, Osa district',
  country: 'XX',
  precision: 'locality',
  coordinates: { latitude: 0.1834, longitude: -29.5127 },
  radiusMeters: 1500,
};
const town = {
  name: 'Veldara, Osa district',
  country: 'XX',
  precision: 'district',
  coordinates: { latitude: 0.2511, longitude: -29.4402 },
  radiusMeters: 12_000,
};
const day = { start: '2025-02-11', end: '2025-02-11', precision: 'day' };
const february = { start: '2025-02-01', end: '2025-02-28', precision: 'month' };

const sha256 = (content: string) => [
  { algorithm: 'sha-256', value: createHash('sha256').update(content).digest('hex') },
];
const acquired = (method: string, acquiredAt: string, more: object = {}) => ({
  method,
  operatorId: '@EvidenceCustodian',
  acquiredAt,
  priorCustody: [],
  ...more,
});

const allegations: readonly Step[] = [
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

const incidents: readonly Step[] = [
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

const evidence: readonly Step[] = [
  {
    as: 'EvidenceCustodian',
    post: '/v1/evidence',
    save: 'video',
    body: {
      exhibitNumber: 'LES-001',
      form: 'digital',
      kind: 'video',
      description: 'Aerial footage, 4 min 12 s',
      digests: sha256('demonstration: aerial footage'),
      acquisition: acquired('onlineCapture', '2025-02-13T09:20:00Z', {
        tool: 'browser capture, version 2',
        sourceUrl: 'https://video.example/watch/0211',
        contentCreatedAt: '2025-02-11',
      }),
      restrictions: [],
    },
  },
  {
    as: 'EvidenceCustodian',
    post: '/v1/evidence',
    save: 'casings',
    body: {
      exhibitNumber: 'LES-002',
      form: 'physical',
      kind: 'weaponOrFragment',
      description: 'Eleven cartridge cases from the wall of the farm building',
      digests: [],
      seal: { number: 'S-40417', condition: 'intact' },
      acquisition: acquired('collectionInField', '2025-02-27T14:05:00Z', {
        legalAuthority: 'Order 12/2025 of the district court',
      }),
      restrictions: [],
    },
  },
  {
    as: 'EvidenceCustodian',
    post: '/v1/evidence',
    save: 'intercept',
    body: {
      exhibitNumber: 'LES-003',
      form: 'digital',
      kind: 'communication',
      description: 'Radio traffic of 11 February, provided as a lead only',
      digests: sha256('demonstration: radio traffic'),
      acquisition: acquired('transferFromPartner', '2025-03-04T08:00:00Z'),
      restrictions: [
        {
          kind: 'leadOnly',
          provider: 'Partner service',
          permits: [],
          legalBasis: 'Agreement of 3 March 2025, article 4',
        },
      ],
    },
  },
  {
    as: 'EvidenceCustodian',
    post: '/v1/evidence',
    save: 'messages',
    body: {
      exhibitNumber: 'LES-004',
      form: 'digital',
      kind: 'message',
      description: 'Messages of a guard: "they went for the rifles"',
      digests: sha256('demonstration: messages'),
      acquisition: acquired('seizure', '2025-03-09T17:40:00Z', {
        legalAuthority: 'Order 15/2025 of the district court',
      }),
      restrictions: [],
    },
  },
  { as: 'EvidenceCustodian', post: '/v1/evidence/$video/seal-evidence', body: {} },
  { as: 'EvidenceCustodian', post: '/v1/evidence/$casings/seal-evidence', body: {} },
  {
    as: 'Analyst',
    post: '/v1/evidence/$video/assess-authenticity',
    body: {
      outcome: 'authentic',
      methods: ['geolocation against satellite images', 'shadow length against the time of day'],
      by: { kind: 'own' },
      limitations: 'The first upload could not be found.',
    },
  },
  { as: 'Verifier', post: '/v1/incidents/$lesna/begin-verification', body: {} },
  {
    as: 'Verifier',
    post: '/v1/incidents/$lesna/assess-verification',
    body: {
      outcome: 'verified',
      method:
        'Footage found authentic by own staff; an account of different origin agrees on place, day and number.',
      basis: [
        { kind: 'evidence', id: '$video' },
        { kind: 'allegation', id: '$survivor' },
        { kind: 'external', organisation: 'Open Record Foundation', reference: 'ORF-2025-0211' },
      ],
    },
  },
];

const investigation: readonly Step[] = [
  {
    as: 'Prosecutor',
    post: '/v1/investigations',
    save: 'case',
    body: {
      reference: 'OSA-2025-017',
      title: 'Killing of prisoners at Lesna',
      scope: 'Events at the farm near Lesna on 11 February 2025 and orders given for them.',
      forum: 'District Court of Osa',
      profile: 'standard',
    },
  },
  {
    as: 'SupervisingProsecutor',
    post: '/v1/investigations/$case/assign-lead',
    body: { lead: '@Prosecutor' },
  },
  {
    as: 'Prosecutor',
    post: '/v1/investigations/$case/assign-member',
    body: { member: '@Investigator', duty: 'interviews and field work' },
  },
  {
    as: 'Prosecutor',
    post: '/v1/investigations/$case/assign-member',
    body: { member: '@Analyst', duty: 'analysis of footage' },
  },
  ...['footage', 'survivor', 'denial'].map((name) => ({
    as: 'Prosecutor',
    post: '/v1/investigations/$case/accept-allegation',
    body: { allegationId: `$${name}` },
  })),
  { as: 'Prosecutor', post: '/v1/investigations/$case/attach-incident', body: { incidentId: '$lesna' } },
  {
    as: 'Prosecutor',
    post: '/v1/investigations/$case/advance-investigation',
    body: { to: 'preliminaryExamination' },
  },
  ...(
    [
      ['jurisdiction', 'The place lies in the district; the suspected offence is a crime under its law.'],
      ['complementarity', 'No other forum has opened proceedings.'],
      ['gravity', 'Several prisoners were killed, apparently under orders.'],
      ['interestsOfJustice', 'No reason to desist; relatives ask for proceedings.'],
    ] as const
  ).map(([test, basis]) => ({
    as: 'Prosecutor',
    post: '/v1/investigations/$case/assess-threshold',
    body: { test, basis, result: 'met' },
  })),
  {
    as: 'SupervisingProsecutor',
    post: '/v1/investigations/$case/advance-investigation',
    body: { to: 'investigation' },
  },
  {
    as: 'Investigator',
    post: '/v1/investigations/$case/link-evidence',
    body: {
      evidenceId: '$video',
      locator: '01:12 to 03:40',
      relevance: 'Shows the surrender and the bodies afterwards.',
      bearing: 'incriminating',
    },
  },
  {
    as: 'Investigator',
    post: '/v1/investigations/$case/link-evidence',
    body: {
      evidenceId: '$messages',
      relevance: 'A guard’s account of an attempt to escape.',
      bearing: 'exculpatory',
    },
  },
  {
    as: 'Investigator',
    post: '/v1/investigations/$case/link-evidence',
    body: {
      evidenceId: '$intercept',
      relevance: 'Mentions the farm; may show who gave orders.',
      bearing: 'context',
    },
  },
  {
    as: 'Investigator',
    post: '/v1/investigations/$case/link-evidence',
    body: { evidenceId: '$casings', relevance: 'Found where the bodies lay; ballistics not done yet.' },
  },
  {
    as: 'Prosecutor',
    post: '/v1/investigations/$case/frame-issue',
    save: 'surrendered',
    newest: 'issues',
    body: {
      proposition: 'The men had surrendered and held no weapons when they were shot.',
      incidentId: '$lesna',
      element: 'Elements of Crimes, article 8(2)(c)(i)-1, element 2',
    },
  },
  {
    as: 'Prosecutor',
    post: '/v1/investigations/$case/frame-issue',
    body: {
      proposition: 'The shooting was ordered from above the unit on the ground.',
      incidentId: '$lesna',
    },
  },
  {
    as: 'Prosecutor',
    post: '/v1/investigations/$case/assess-issue',
    body: {
      issueId: '$surrendered',
      finding: 'established',
      standard: 'reasonableGrounds',
      basis: ['$video'],
      reasoning: 'The footage shows raised hands and no weapons from the door to the wall.',
    },
  },
  {
    as: 'Prosecutor',
    post: '/v1/investigations/$case/assess-issue',
    body: {
      issueId: '$surrendered',
      finding: 'contested',
      standard: 'verified',
      basis: ['$video', '$messages'],
      reasoning: 'The last forty seconds are not in the footage, and a guard writes of an attempt to escape.',
    },
  },
];

const elsewhere: readonly Step[] = [
  {
    as: 'Prosecutor2',
    post: '/v1/investigations',
    save: 'structural',
    body: {
      reference: 'OSA-2025-S1',
      title: 'Treatment of prisoners in the Osa district',
      scope: 'Structural proceedings: who held prisoners where, under which orders.',
      forum: 'Federal Prosecutor',
      profile: 'structural',
    },
  },
  {
    as: 'SupervisingProsecutor2',
    post: '/v1/investigations/$structural/assign-lead',
    body: { lead: '@Prosecutor2' },
  },
  {
    as: 'Prosecutor',
    post: '/v1/investigations/$case/request-reassessment',
    body: {
      evidenceId: '$messages',
      to: 'affectsCredibility',
      reason: 'The sender was not at the farm; what he writes is hearsay. A second person should look at it.',
    },
  },
];

export const demonstration: readonly Step[] = [
  ...allegations,
  ...incidents,
  ...evidence,
  ...investigation,
  ...elsewhere,
];
