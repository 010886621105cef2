import { type StreamName, StoreUnavailable } from './event-store.js';

/** The commands of one stream, one after the other, within this process. */
export class Turns {
  readonly #last = new Map<StreamName, Promise<unknown>>();

  constructor(private readonly waitMsMax: number) {}

  /** While the store is out of reach each turn takes all its time: whoever has waited too long does not begin. */
  async next<T>(stream: StreamName, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(stream);
    const latest = performance.now() + this.waitMsMax;
    const inTime = () => {
      if (performance.now() <= latest) return work();
      throw new StoreUnavailable(`the commands before it on ${stream} took too long`, 'none');
    };
    const turn = before ? before.then(inTime, inTime) : work();
    this.#last.set(stream, turn);
    try {
      return await turn;
    } finally {
      if (this.#last.get(stream) === turn) this.#last.delete(stream);
    }
  }
}
