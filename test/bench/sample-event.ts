import { randomUUID } from 'node:crypto';

/** An event as every store of P1 and P2 is given it: the same members and sizes, ids of its own. */
export interface SampleEvent {
  /** A stream that does not exist yet. */
  readonly streamId: string;
  /** One of six, as the product has. */
  readonly category: string;
  readonly id: string;
  readonly type: string;
  readonly data: object;
  readonly metadata: object;
}

const categories = ['allegation', 'incident', 'investigation', 'evidence', 'witness', 'referral'];
let made = 0;

/** An allegation as it is filed, about 650 bytes of data and 350 of metadata; invented. */
export function sampleEvent(): SampleEvent {
  made += 1;
  return {
    streamId: randomUUID(),
    category: categories[made % categories.length] ?? 'allegation',
    id: randomUUID(),
    type: 'AllegationFiled',
    data: {
      source: { kind: 'organisation', organisation: 'Field Office North', reference: `FON/2024/${made}` },
      nature: 'eyewitness',
      language: 'en',
      summary:
        'Residents report that the water works at the northern edge of the town were struck twice in the early ' +
        'morning; two workers of the night shift are said to be missing, and the supply has been cut since.',
      claimed: {
        scope: 'occurrence',
        period: { start: '2024-03-02', end: '2024-03-02', precision: 'day' },
        place: {
          name: 'Water works, northern edge of the town',
          country: 'XX',
          precision: 'locality',
          coordinates: { latitude: 12.3456, longitude: 45.6789 },
          radiusMeters: 2000,
        },
        figures: [{ harm: 'disappeared', status: 'civilian', min: 1, best: 2, max: 2 }],
      },
      restrictions: [],
      filedAt: '2024-03-02T09:14:03.123Z',
    },
    metadata: {
      commandId: randomUUID(),
      commandHash: '6f1ed002ab5595859014ebf0951522d98a1b2f3b6b4d7f0c3e5f6a7b8c9d0e1f',
      actor: { issuer: 'https://sign-in.example', subject: 'analyst-17', roles: ['Analyst'] },
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      occurredAt: '2024-03-02T09:14:03.123Z',
    },
  };
}
