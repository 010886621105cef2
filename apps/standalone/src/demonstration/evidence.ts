import { createHash } from 'node:crypto';
import type { Step } from './step.js';

const sha256 = (content: string) => [
  { algorithm: 'sha-256', value: createHash('sha256').update(content).digest('hex') },
];

/** What stands in for the files, whose digests are registered below. */
export const contentOf = {
  video: 'demonstration: aerial footage',
  radio: 'demonstration: radio traffic',
  messages: 'demonstration: messages',
  digests: sha256,
};
const acquired = (method: string, acquiredAt: string, more: object = {}) => ({
  method,
  operatorId: '@EvidenceCustodian',
  acquiredAt,
  priorCustody: [],
  ...more,
});

/** The items, and the verification that rests on them. */
export const evidence: readonly Step[] = [
  {
    as: 'EvidenceCustodian',
    post: '/v1/evidence',
    save: 'video',
    body: {
      exhibitNumber: 'LES-001',
      form: 'digital',
      kind: 'video',
      description: 'Aerial footage, 4 min 12 s',
      digests: sha256(contentOf.video),
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
      digests: sha256(contentOf.radio),
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
      digests: sha256(contentOf.messages),
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
