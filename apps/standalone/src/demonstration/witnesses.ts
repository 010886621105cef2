import type { Step } from './step.js';

const forum = 'Regional War Crimes Chamber';

/**
 * A survivor who agreed to be heard and to what is shared with another forum, and a guard who was heard by those who
 * captured him. Who they are is sealed; the names are nobody's.
 */
export const witnesses: readonly Step[] = [
  {
    as: 'WitnessProtectionOfficer',
    post: '/v1/witnesses',
    save: 'witness',
    body: {
      origin: 'referredByOrganisation',
      identity: { fullName: 'Example Survivor', dateOfBirth: '1991', nationality: ['XX'] },
      contact: {
        telephone: ['+000 0000 0000'],
        email: [],
        howToContactSafely: 'Through the clinic only, never by telephone.',
      },
      aliases: ['Example Name'],
    },
  },
  {
    as: 'Investigator',
    post: '/v1/witnesses/$witness/give-consent',
    body: {
      recipient: 'own institution',
      purpose: 'interview',
      scope: ['statement', 'recording'],
      form: 'written',
      language: 'en',
      givenAt: '2025-03-14',
    },
  },
  {
    as: 'Investigator',
    post: '/v1/witnesses/$witness/give-consent',
    body: {
      recipient: forum,
      purpose: 'sharing',
      scope: ['statement', 'recording'],
      form: 'written',
      givenAt: '2025-03-14',
    },
  },
  {
    as: 'WitnessProtectionOfficer',
    post: '/v1/witnesses/$witness/assess-risk',
    body: {
      level: 'high',
      threats: ['intimidation', 'retaliationAgainstFamily'],
      assessedOn: '2025-03-12',
      reviewBy: '2035-03-12',
    },
  },
  {
    as: 'WitnessProtectionOfficer',
    post: '/v1/witnesses/$witness/order-protection',
    body: { level: 'anonymity', measures: ['pseudonym', 'safeContact', 'closedSession'] },
  },
  {
    as: 'Investigator',
    post: '/v1/witnesses/$witness/record-interview',
    body: {
      investigationId: '$case',
      capacity: 'victim',
      at: '2025-03-18T09:30:00Z',
      language: 'en',
      interviewerIds: ['@Investigator'],
      rightsCaution: { given: true },
      counsel: { present: false, waived: true },
      place: 'A clinic outside the district',
    },
  },
  {
    as: 'WitnessProtectionOfficer',
    post: '/v1/witnesses',
    save: 'guard',
    body: { origin: 'foundByUs', identity: { fullName: 'Example Guard' } },
  },
  {
    as: 'Investigator',
    post: '/v1/witnesses/$guard/record-prior-account',
    body: {
      takenBy: 'Northern Brigade',
      takenOn: '2025-02-28',
      inCustodyOf: 'Northern Brigade',
      voluntariness: { finding: 'doubtful', basis: 'Recorded by those who held him, armed men in the room.' },
    },
  },
  {
    as: 'Investigator',
    post: '/v1/witnesses/$guard/record-interview',
    body: {
      investigationId: '$case',
      capacity: 'suspect',
      at: '2025-03-19T14:00:00Z',
      language: 'en',
      interviewerIds: ['@Investigator'],
      rightsCaution: { given: false },
      counsel: { present: false },
    },
  },
];

/** The case goes to another forum: drafted by one, approved by another, sent and acknowledged. */
export const referrals: readonly Step[] = [
  {
    as: 'Prosecutor',
    post: '/v1/referrals',
    save: 'referral',
    body: {
      investigationId: '$case',
      recipient: forum,
      legalBasis: 'Agreement on the transfer of proceedings, article 7',
      purpose: 'Proceedings against those who gave the orders',
      evidence: [
        { evidenceId: '$video', content: true },
        { evidenceId: '$messages', content: true },
      ],
      witnesses: ['$witness'],
      incidents: ['$lesna'],
      allegations: ['$survivor', '$denial'],
    },
  },
  {
    as: 'Prosecutor',
    get: '/v1/referrals/$referral',
    save: 'manifest',
    member: 'manifestHash',
  },
  {
    as: 'SupervisingProsecutor',
    post: '/v1/referrals/$referral/approve-referral',
    body: { digest: '$manifest' },
  },
  {
    as: 'Prosecutor',
    post: '/v1/referrals/$referral/transmit-referral',
    body: { channel: 'courier', reference: 'OSA-OUT-2025-031' },
  },
  {
    as: 'Prosecutor',
    post: '/v1/referrals/$referral/acknowledge-referral',
    body: { reference: 'RWC 2025/88', by: 'Registry' },
  },
  {
    as: 'Prosecutor',
    post: '/v1/referrals',
    body: {
      investigationId: '$case',
      recipient: 'Office of the Federal Prosecutor',
      legalBasis: 'Code of Criminal Procedure, section 12',
      evidence: [{ evidenceId: '$messages', content: false }],
      witnesses: [],
      incidents: [],
      allegations: [],
    },
  },
];
