import type { Plan, Remark } from '../format.js';
import { CommandRejected, type InquestClient, OutcomeUnknown, type Receipt } from './inquest-client.js';

/** What became of one record's commands. */
export interface Sent {
  readonly receipts: readonly Receipt[];
  readonly rejected: readonly Remark[];
  /** What may have been carried out or not. */
  readonly unknown: readonly Remark[];
}

/**
 * Records the occurrence, files the claim, ties them together and assesses the victims. What is rejected is reported,
 * and what does not depend on it is still sent.
 *
 * Every key is made of the data set, the record and the step, and nothing else. So the same record twice, after an
 * interruption or in another run by the same user, changes nothing the second time.
 *
 * @throws ImportStopped as the client does; then some of the commands may have been carried out.
 */
export async function sendPlan(
  client: InquestClient,
  plan: Plan,
  dataSet: string,
  id: string,
): Promise<Sent> {
  const receipts: Receipt[] = [];
  const rejected: Remark[] = [];
  const unknown: Remark[] = [];
  const send = async (part: Remark['part'], path: string, body: object, step: string) => {
    try {
      const receipt = await client.command(path, body, keyOf(dataSet, id, step));
      receipts.push(receipt);
      return receipt;
    } catch (error) {
      if (error instanceof OutcomeUnknown) unknown.push({ part, reason: error.message });
      else if (error instanceof CommandRejected) rejected.push({ part, reason: error.message });
      else throw error;
      return undefined;
    }
  };
  // First what fewest roles may do: a token that cannot import leaves nothing behind.
  const incident = await send('incident', '/v1/incidents', plan.incident, 'record-incident');
  const allegation = await send('allegation', '/v1/allegations', plan.allegation, 'file-allegation');
  if (incident && allegation) {
    const link = { incidentId: incident.id, stance: 'supports' };
    await send('link', `/v1/allegations/${allegation.id}/link-allegation`, link, 'link-allegation');
  }
  if (incident) {
    for (const count of plan.victims) {
      const step = `assess-victims/${count.harm}/${count.status}`;
      await send('victims', `/v1/incidents/${incident.id}/assess-victims`, count, step);
    }
  }
  return { receipts, rejected, unknown };
}

const keyLengthMax = 255;
const stepLengthMax = 40;

/** Whether a data set's id fits into a key of the API: at most 255 visible ASCII characters. */
export function isUsableId(dataSet: string, id: string): boolean {
  return id.isWellFormed() && keyOf(dataSet, id, '').length + stepLengthMax <= keyLengthMax;
}

function keyOf(dataSet: string, id: string, step: string): string {
  return `${dataSet}/${encodeURIComponent(id)}/${step}`;
}
