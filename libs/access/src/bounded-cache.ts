/**
 * Keeps about the entries used last, never more than `entriesMax` (at least 2). For values that may be forgotten at any
 * time. Two generations instead of one list in order of use: taking an entry out and putting it back on every hit makes
 * a `Map` slow for the very keys that are asked most (measured: 11 µs instead of 2).
 */
export class BoundedCache<Key, Value> {
  private recent = new Map<Key, Value>();
  private previous = new Map<Key, Value>();
  private readonly generationMax: number;

  constructor(entriesMax: number) {
    if (!Number.isSafeInteger(entriesMax) || entriesMax < 2)
      throw new RangeError(`a cache of ${entriesMax} entries`);
    this.generationMax = Math.floor(entriesMax / 2);
  }

  get size(): number {
    return this.recent.size + this.previous.size;
  }

  get(key: Key): Value | undefined {
    const value = this.recent.get(key);
    if (value !== undefined) return value;
    const older = this.previous.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: Key, value: Value): void {
    this.previous.delete(key);
    if (!this.recent.has(key) && this.recent.size >= this.generationMax) {
      this.previous = this.recent;
      this.recent = new Map();
    }
    this.recent.set(key, value);
  }

  delete(key: Key): void {
    this.recent.delete(key);
    this.previous.delete(key);
  }
}
