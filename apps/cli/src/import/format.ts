import type { Allegation, Incident } from '#domain';

/** A data set that can be imported: how its file is read, and what each record means here. */
export interface Format {
  /** The word on the command line, and the first part of every idempotency key: never renamed. */
  readonly name: string;
  /** The data set and who publishes it. */
  readonly title: string;
  /** Whether a plan says on which day the source knew this much, so that the import must know it. */
  readonly needsAsOf: boolean;
  /**
   * The records in the order of the file, as the text arrives: memory holds one record, however long the file.
   *
   * @throws BrokenFile where the file as a whole is not what the format says.
   */
  records(text: AsyncIterable<string>): AsyncGenerator<SourceRecord>;
  /** What a record means. Pure: the same record and date give the same plan on every machine. */
  plan(record: SourceRecord, asOf: string): Mapping;
}

/** One record as it stands in its file. */
export interface SourceRecord {
  /** Line on which it begins, from 1. */
  readonly line: number;
  /** The data set's own id; empty where the record has none. */
  readonly id: string;
  /** What the format takes of the record. Members of staff of the source are not in it. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Why the record cannot be taken at all, if it cannot even be read. */
  readonly broken?: string;
}

/** What is asked of Inquest for one record: a claim, the occurrence it is about, and how many victims it had. */
export interface Plan {
  readonly allegation: Pick<Allegation, 'source' | 'nature' | 'language' | 'summary' | 'claimed'>;
  readonly incident: Pick<Incident, 'title' | 'categories' | 'means' | 'period' | 'place' | 'parties'>;
  /** At most one per harm and status. */
  readonly victims: readonly Omit<Incident['victims'][string], 'eventId'>[];
}

/** A record in our words, and what of it could not be put into them. */
export interface Mapping {
  readonly plan: Plan;
  /** Parts that are left out because they cannot be taken as they are. */
  readonly rejected: readonly Remark[];
  /** What is taken, and should be looked at by a person. */
  readonly noted: readonly Remark[];
}

/** Something said of a part of a record. */
export interface Remark {
  readonly part: Part;
  readonly reason: string;
}

export type Part =
  'record' | 'allegation' | 'incident' | 'link' | 'victims' | 'period' | 'place' | 'categories' | 'parties';

/** A file that is not what its format says, so that none of its records can be trusted. Names the line. */
export class BrokenFile extends Error {
  override readonly name = 'BrokenFile';

  constructor(
    readonly line: number,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`line ${line}: ${reason}`, options);
  }
}
