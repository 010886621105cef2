/** More than so many at once are not known; then the first of them is looked at again sooner. */
const restingMax = 10_000;

/** Items that are left alone for a while. Forgotten at the end of the process, which costs one more look at each. */
export class Resting {
  readonly #until = new Map<string, number>();

  add(id: string, now: Date, restMs: number): void {
    this.#until.delete(id);
    this.#until.set(id, now.getTime() + restMs);
    const [first] = this.#until.keys();
    if (this.#until.size > restingMax && first !== undefined) this.#until.delete(first);
  }

  has(id: string, now: Date): boolean {
    const until = this.#until.get(id);
    if (until === undefined) return false;
    if (now.getTime() < until) return true;
    this.#until.delete(id);
    return false;
  }
}
