import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Format, Remark, SourceRecord } from './format.js';
import { decode } from './reading/decode.js';
import { inParallel } from './sending/in-parallel.js';
import type { InquestClient } from './sending/inquest-client.js';
import { isUsableId, sendPlan, type Sent } from './sending/send-plan.js';

/** A file and how it is to be read. */
export interface Input {
  readonly format: Format;
  readonly path: string;
  /** A label of the WHATWG Encoding Standard. */
  readonly encoding: string;
  /** The day on which the data set stood like this; empty where the format needs none. */
  readonly asOf: string;
}

/** Something said of a record, to whoever imports it. */
export interface Finding extends Remark {
  readonly kind: 'rejected' | 'unknown' | 'noted';
  readonly line: number;
  readonly recordId: string;
}

/** What an import has done so far. A record is taken, taken in part, or rejected; or nobody knows of a part of it. */
export interface Progress {
  readonly records: { read: number; taken: number; takenInPart: number; rejected: number; unknown: number };
  /** Commands that Inquest carried out; those `replayed` it had carried out in an earlier run. */
  readonly commands: { sent: number; replayed: number };
  /** The highest position in the log that an answer named. */
  position: bigint;
}

export interface Survey {
  readonly records: number;
  /** SHA-256 of the file's bytes, in hex. */
  readonly sha256: string;
}

export function notBegun(): Progress {
  return {
    records: { read: 0, taken: 0, takenInPart: 0, rejected: 0, unknown: 0 },
    commands: { sent: 0, replayed: 0 },
    position: 0n,
  };
}

/**
 * Reads the whole file once before anything is sent, so that a file that is broken anywhere imports nothing.
 *
 * @throws BrokenFile naming the line.
 */
export async function survey({ format, path, encoding }: Input): Promise<Survey> {
  const hash = createHash('sha256');
  let records = 0;
  for await (const _ of format.records(decode(bytesOf(path, hash), encoding))) records += 1;
  return { records, sha256: hash.digest('hex') };
}

/**
 * Sends every record, `concurrency` at a time, and tells `found` what could not be taken or should be looked at, in the
 * order in which it is found. Counts in `progress` as it goes. Once the signal is aborted no further record is begun,
 * and those under way are finished. Memory holds the records under way and the id of every record read.
 *
 * @throws ImportStopped, BrokenFile, and Error when the file is not the one that was surveyed; what was sent until then
 * stands, and the same import again continues.
 */
export async function runImport(
  input: Input,
  surveyed: Survey,
  client: InquestClient,
  concurrency: number,
  progress: Progress,
  found: (finding: Finding) => void,
  signal?: AbortSignal,
): Promise<void> {
  await inParallel(admitted(input, surveyed, signal), concurrency, async ({ record, obstacle }) => {
    const { line, id: recordId } = record;
    const say = (kind: Finding['kind'], remarks: readonly Remark[]) =>
      remarks.forEach(({ part, reason }) => found({ kind, line, recordId, part, reason }));
    progress.records.read += 1;
    if (obstacle !== undefined) {
      say('rejected', [{ part: 'record', reason: obstacle }]);
      progress.records.rejected += 1;
      return;
    }
    const { plan, rejected, noted } = input.format.plan(record, input.asOf);
    const sent = await sendPlan(client, plan, input.format.name, recordId);
    for (const { position, replayed } of sent.receipts) {
      progress.commands.sent += 1;
      if (replayed) progress.commands.replayed += 1;
      if (position > progress.position) progress.position = position;
    }
    const lost = [...rejected, ...sent.rejected];
    say('rejected', lost);
    say('unknown', sent.unknown);
    say('noted', noted);
    progress.records[outcomeOf(sent, lost.length)] += 1;
  });
}

function outcomeOf({ receipts, unknown }: Sent, lost: number): Exclude<keyof Progress['records'], 'read'> {
  if (unknown.length > 0) return 'unknown';
  if (receipts.length === 0) return 'rejected';
  return lost > 0 ? 'takenInPart' : 'taken';
}

interface Admitted {
  readonly record: SourceRecord;
  /** Why the record cannot be taken at all. */
  readonly obstacle?: string;
}

/** The records in the order of the file; of those with the same id the first is taken. */
async function* admitted(
  { format, path, encoding }: Input,
  { sha256 }: Survey,
  signal?: AbortSignal,
): AsyncGenerator<Admitted> {
  const lineOf = new Map<string, number>();
  const hash = createHash('sha256');
  for await (const record of format.records(decode(bytesOf(path, hash), encoding))) {
    if (signal?.aborted) return;
    const obstacle = obstacleTo(record, format, lineOf.get(record.id));
    if (obstacle === undefined) lineOf.set(record.id, record.line);
    yield { record, ...(obstacle === undefined ? {} : { obstacle }) };
  }
  if (hash.digest('hex') !== sha256)
    throw new Error(`${path} was changed while it was imported: what was checked is not what was sent`);
}

function obstacleTo({ id, broken }: SourceRecord, { name }: Format, earlier?: number): string | undefined {
  if (broken !== undefined) return broken;
  if (id === '') return 'has no id, by which it could be told from others';
  if (!isUsableId(name, id)) return 'has an id that is too long or no valid text';
  if (earlier !== undefined) {
    return `has the same id as the record on line ${earlier}; whether it is another one cannot be told`;
  }
  return undefined;
}

async function* bytesOf(path: string, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk);
    yield chunk;
  }
}
