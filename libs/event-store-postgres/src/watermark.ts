import type { ClientBase } from 'pg';
import { LogRewound } from '#event-sourcing';
import { type Log, sqlFile } from './log.js';

/**
 * The newest event that this process has seen in the log. Each new connection has to show it before it is used: a server
 * that was restored, or failed over, to an older state would be appended to on the strength of events that are gone. A
 * process that finds it so says so for good; started anew, it begins with what is there.
 */
export class Watermark {
  readonly #eventIdAt: string;
  #newest: { readonly position: bigint; readonly id: string } | undefined;

  constructor(log: Log) {
    this.#eventIdAt = sqlFile('./sql/event-id-at.sql', log);
  }

  saw(event: { readonly position: bigint; readonly id: string } | undefined): void {
    if (event && event.position > (this.#newest?.position ?? 0n))
      this.#newest = { position: event.position, id: event.id };
  }

  /** Throws `LogRewound`, and what the connection throws. */
  async verify(client: ClientBase): Promise<void> {
    const newest = this.#newest;
    if (!newest) return;
    const { rows } = await client.query<{ event_id: string }>(this.#eventIdAt, [newest.position]);
    if (rows[0]?.event_id !== newest.id) throw new LogRewound(newest.position, newest.id);
  }
}
