import { contentOf } from './evidence.js';
import type { Step } from './step.js';

/** Content in our store, a change of shift, a working copy, and an item that waits for its receiver. */
export const custody: readonly Step[] = [
  {
    as: 'EvidenceCustodian',
    put: '/v1/evidence/$video/content?fileName=aerial-footage.mp4',
    content: contentOf.video,
  },
  { as: 'EvidenceCustodian', put: '/v1/evidence/$messages/content', content: contentOf.messages },
  { as: 'EvidenceCustodian', post: '/v1/evidence/$video/check-integrity', body: {} },
  {
    as: 'EvidenceCustodian',
    post: '/v1/evidence/$video/offer-custody',
    body: {
      to: { kind: 'staff', subject: '@EvidenceCustodian2' },
      purpose: 'Kept with the digital exhibits from now on',
      place: 'Digital vault of the prosecution service',
    },
    save: 'offer',
    newest: 'offers',
  },
  {
    as: 'EvidenceCustodian2',
    post: '/v1/evidence/$video/accept-custody',
    body: { offerId: '$offer', place: 'Digital vault of the prosecution service' },
  },
  {
    as: 'Analyst',
    post: '/v1/evidence/$video/derive-working-copy',
    body: {
      purpose: 'analysis',
      tool: 'ffmpeg',
      toolVersion: '7.1',
      parameters: '-ss 72 -t 148 -c copy',
      digests: contentOf.digests('demonstration: minute 1:12 to 3:40'),
      operatorId: '@Analyst',
      derivedAt: '2025-03-20T10:15:00Z',
      description: 'The moments from the door to the wall',
    },
  },
  {
    as: 'EvidenceCustodian',
    post: '/v1/evidence/$casings/offer-custody',
    body: {
      to: { kind: 'organisation', organisation: 'Forensic Institute of Osa' },
      purpose: 'Comparison of the firing pin marks',
      expectedBy: '2025-04-15',
    },
  },
  {
    as: 'EvidenceCustodian',
    post: '/v1/evidence/$messages/offer-custody',
    body: {
      to: { kind: 'staff', subject: '@Investigator' },
      purpose: 'Extraction of the whole conversation',
    },
  },
];
