import type { ApiSuite } from './api.js';
import { type Answered, type Asked, client } from './api-client.js';

/** An erasure that was asked for and waits for the second person. */
export interface RequestedErasure {
  /** Approves it as the second person, unless told; the same command each time. */
  readonly approve: (api?: Asked, as?: string) => Promise<Answered>;
}

const [first, second] = ['WitnessProtectionOfficer', 'WitnessProtectionOfficer2'];

/** Asks for the erasure of a witness as one officer, over HTTP. */
export async function requestErasure(
  running: Asked,
  suite: ApiSuite,
  witnessId: string,
): Promise<RequestedErasure> {
  const path = `/v1/witnesses/${witnessId}`;
  await client(running, suite, first).command(`${path}/request-erasure`, { reason: 'At the own wish' });
  const shown = await client(running, suite, second).get(path);
  const { requests }: { requests: { erasures: Record<string, { digest: string }> } } = JSON.parse(shown.text);
  const [[requestId, { digest }] = ['', { digest: '' }]] = Object.entries(requests.erasures);
  const key = { 'idempotency-key': `erase-${requestId}` };
  return {
    approve: (api = running, as = second) =>
      client(api, suite, as).post(`${path}/approve-erasure`, { requestId, digest }, key),
  };
}

/** Erases who a witness is, by two officers. */
export async function erase(running: Asked, suite: ApiSuite, witnessId: string): Promise<void> {
  const requested = await requestErasure(running, suite, witnessId);
  const { status, text } = await requested.approve();
  if (status !== 200) throw new Error(`the erasure was not approved: ${status} ${text}`);
}
