import { randomUUID } from 'node:crypto';

/**
 * What the load does: the work on one reported occurrence, from the claim to the counted victims, then on to the next.
 * Two of six commands create a stream, four change one that is there, and one of these reads another stream to decide.
 * Invented and party-neutral.
 */
export interface Step {
  ask(work: CaseWork): Ask;
  /** Takes over the id of what was created. */
  readonly creates?: 'allegationId' | 'incidentId';
}

/** One POST. */
export interface Ask {
  readonly path: string;
  readonly body: object;
}

/** How far the work on one occurrence is, and whose it is. */
export interface CaseWork {
  token?: string;
  allegationId?: string;
  incidentId?: string;
}

const place = {
  name: 'Water works, northern edge of the town',
  country: 'XX',
  precision: 'locality',
  coordinates: { latitude: 12.3456, longitude: 45.6789 },
  radiusMeters: 2000,
};
const period = { start: '2024-03-02', precision: 'day' };
const summary =
  'Residents report that the water works at the northern edge of the town were struck twice in the early morning; ' +
  'two workers of the night shift are said to be missing, and the supply has been cut since.';

export const steps: readonly Step[] = [
  {
    creates: 'allegationId',
    ask: () => ({
      path: '/v1/allegations',
      body: {
        source: { kind: 'organisation', organisation: 'Field Office North', reference: 'FON/2024/117' },
        nature: 'eyewitness',
        language: 'en',
        summary,
        claimed: {
          scope: 'occurrence',
          period,
          place,
          figures: [{ harm: 'disappeared', status: 'civilian', min: 1, best: 2, max: 2 }],
        },
      },
    }),
  },
  {
    ask: ({ allegationId }) => ({
      path: `/v1/allegations/${allegationId}/triage-allegation`,
      body: { decision: 'accepted', reason: 'Specific as to time and place; the source was there.' },
    }),
  },
  {
    creates: 'incidentId',
    ask: () => ({
      path: '/v1/incidents',
      body: {
        title: 'Strikes on the water works',
        categories: ['attackOnProtectedObjects'],
        means: ['missile'],
        period,
        place,
        parties: [{ role: 'affected', party: 'Civilians', basis: 'One account of a field office' }],
      },
    }),
  },
  {
    ask: ({ allegationId, incidentId }) => ({
      path: `/v1/allegations/${allegationId}/link-allegation`,
      body: { incidentId, stance: 'supports' },
    }),
  },
  {
    ask: ({ allegationId }) => ({
      path: `/v1/allegations/${allegationId}/revise-allegation`,
      body: { changes: { summary: `${summary} One has returned.` }, sourceVersion: '2' },
    }),
  },
  {
    ask: ({ incidentId }) => ({
      path: `/v1/incidents/${incidentId}/assess-victims`,
      body: {
        harm: 'disappeared',
        status: 'civilian',
        min: 1,
        best: 1,
        max: 2,
        standard: 'credible',
        sources: ['FON/2024/117, second version'],
        basis: 'One of the two has returned according to the same source.',
        asOf: '2024-03-04',
      },
    }),
  },
];

/** The headers of one request: each has a key of its own, and each case belongs to one of the users, in turn. */
export function trafficHeaders(tokens: readonly string[]): (work: CaseWork) => Record<string, string> {
  let cases = 0;
  return (work) => {
    if (work.token === undefined) {
      work.token = tokens[cases % tokens.length] ?? '';
      cases += 1;
    }
    return {
      'content-type': 'application/json',
      authorization: `Bearer ${work.token}`,
      'idempotency-key': randomUUID(),
    };
  };
}

/** Keeps the id that an answer to this step gave. */
export function answered(step: Step, work: CaseWork, body: string): void {
  if (step.creates === undefined) return;
  const answer: unknown = JSON.parse(body);
  if (typeof answer === 'object' && answer !== null && 'id' in answer) work[step.creates] = String(answer.id);
}
