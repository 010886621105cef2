import type { KafkaMessage } from 'kafkajs';
import type { IncomingRecord } from '../message-broker.js';

/** A member that is given the topic waits for so long before it reads; an idle one asks as often. */
export const fetchWaitMsMax = 250;
export const fetchBytesMax = 1024 * 1024;
/** The only one of a topic that keeps the order of the log. */
export const firstPartition = 0;

export function incoming({ offset, headers = {}, value }: KafkaMessage): IncomingRecord {
  const texts: Record<string, string> = {};
  for (const [name, header] of Object.entries(headers)) {
    const [first] = Array.isArray(header) ? header : [header];
    if (first !== undefined) texts[name] = String(first);
  }
  return { offset: BigInt(offset), headers: texts, value: value === null ? '' : value.toString() };
}
