import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { investigation, investigationEvents } from '#domain';
import type { DomainEvent } from '#event-sourcing';
import { type Happening, happenings } from './fines.js';

const { make } = investigationEvents;
const forum = 'Local police';

/** A fine as a case of ours: to each activity the event that is most like it. */
const told: Readonly<Record<string, (happening: Happening) => DomainEvent>> = {
  'Create Fine': ({ caseId, field }) =>
    make.InvestigationOpened({
      reference: caseId,
      title: `Fine under article ${field('article')}, vehicle of class ${field('vehicleclass')}`,
      scope: `Amount ${field('amount')}, points ${field('points')}, dismissal ${field('dismissal')}`,
      forum,
      profile: 'standard',
    }),
  'Send Fine': (happening) => make.LeadAssigned({ lead: officerOf(happening) }),
  'Insert Fine Notification': () =>
    make.InvestigationAdvanced({ from: 'opened', to: 'preliminaryExamination' }),
  'Add penalty': (happening) =>
    make.IssueFramed({
      issueId: idOf(happening),
      proposition: `The penalty of ${happening.field('amount')} is due`,
    }),
  Payment: (happening) =>
    make.EvidenceLinked({
      evidenceId: idOf(happening),
      relevance: `Payment of ${happening.field('paymentamount')}, in all ${happening.field('totalpaymentamount')}`,
      bearing: 'unreviewed',
    }),
  'Send for Credit Collection': (happening) =>
    make.ClosureRequested({
      requestId: idOf(happening),
      digest: digest(happening.caseId),
      expiresAt: happening.at,
      ground: 'referredElsewhere',
      reason: 'Sent for credit collection',
    }),
  'Insert Date Appeal to Prefecture': () =>
    make.InvestigationSuspended({ from: 'preliminaryExamination', reason: 'Appeal to the prefecture' }),
  'Send Appeal to Prefecture': () =>
    make.MemberAssigned({ member: 'prefecture', duty: 'Decides on the appeal' }),
  'Receive Result Appeal from Prefecture': ({ field }) =>
    make.InvestigationResumed({ to: 'preliminaryExamination', reason: `Dismissal: ${field('dismissal')}` }),
  'Notify Result Appeal to Offender': () =>
    make.MemberRemoved({ member: 'prefecture', reason: 'The result was notified' }),
  'Appeal to Judge': () =>
    make.ThresholdAssessed({
      test: 'jurisdiction',
      forum: 'Justice of the peace',
      basis: 'The offender appealed',
      result: 'met',
    }),
};

/**
 * Writes the fines as rows of the log, for COPY: each case a stream, its revisions without gaps, positions in the order
 * of time, and all that a command handler writes beside an event. Gives their number. Throws for an activity that no
 * event is like, and for an event that its schema refuses.
 */
export async function writeHistory(fines: string, file: string): Promise<number> {
  const all = await happenings(fines);
  await pipeline(lines(all), createWriteStream(file, { mode: 0o644 }));
  return all.length;
}

const linesAtOnce = 1_000;

function* lines(all: readonly Happening[]): Generator<string> {
  const revisions = new Map<string, number>();
  let chunk: string[] = [];
  for (const [index, happening] of all.entries()) {
    const revision = revisions.get(happening.caseId) ?? 0;
    revisions.set(happening.caseId, revision + 1);
    chunk.push(line(happening, index + 1, revision));
    if (chunk.length < linesAtOnce) continue;
    yield chunk.join('');
    chunk = [];
  }
  yield chunk.join('');
}

function line(happening: Happening, position: number, revision: number): string {
  const { caseId, activity, at } = happening;
  const event = told[activity];
  if (!event) throw new Error(`no event is like ${activity}`);
  const { type, schemaVersion, data } = investigation.events.encode(event(happening));
  const commandId = uuidOf(`command ${position}`);
  const metadata = JSON.stringify({
    commandId,
    commandHash: digest(commandId),
    correlationId: commandId,
    causationId: commandId,
    actor: { subject: officerOf(happening), roles: ['Investigator'] },
    compartments: [],
  });
  const stream = `${investigation.category}-${uuidOf(caseId)}`;
  const id = uuidOf(`event ${position}`);
  const columns = [position, stream, revision, id, type, schemaVersion, data, metadata, at];
  return `${columns.map((column) => String(column).replaceAll('\\', '\\\\')).join('\t')}\n`;
}

const officerOf = ({ caseId, field }: Happening) => `officer-${field('resource') || caseId.slice(-2)}`;
const idOf = ({ field }: Happening) => uuidOf(`happening ${field('.order')}`);
const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const uuidOf = (text: string) =>
  digest(text).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');
