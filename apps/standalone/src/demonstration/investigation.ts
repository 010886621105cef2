import type { Step } from './step.js';

/** The case, up to the point where its next step is blocked. */
export const investigation: readonly Step[] = [
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

/** A case that has no incidents yet, and a request that waits for a second person. */
export const elsewhere: readonly Step[] = [
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
