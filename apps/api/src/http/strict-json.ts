import { isUtf8 } from 'node:buffer';
import type { Fault } from '#event-sourcing';
import { faultsMax, shortName } from '../problems/request-faults.js';

export const depthMax = 32;
/** Names by which a copy of the object would change its prototype, or be silently left out of it. */
const unusableNames = new Set(['__proto__', 'constructor', 'prototype']);

/** The bytes are not one JSON text that can be kept as it is. */
export class InvalidJson extends Error {
  override readonly name = 'InvalidJson';
  constructor(
    readonly faults: readonly Fault[],
    /** How many faults there are beside these. */
    readonly more = 0,
  ) {
    super(faults[0]?.message ?? 'not JSON');
  }
}

/**
 * Parses what every reader will read the same (I-JSON, RFC 7493): valid UTF-8, no NUL and no half of a surrogate pair,
 * no number that JavaScript would round to another integer, no name twice, at most 32 levels. Throws `InvalidJson`
 * with every such fault, those beyond a bound only counted; of a text that is not JSON at all only that.
 */
export function strictJson(bytes: Buffer): unknown {
  if (bytes.length === 0) throw new InvalidJson([{ pointer: '', message: 'a JSON body is required' }]);
  if (!isUtf8(bytes)) throw new InvalidJson([{ pointer: '', message: 'is not valid UTF-8' }]);
  const text = bytes.toString('utf8');
  const value = parsed(text);
  const scan = new Scan(text);
  if (scan.found.length > 0) throw new InvalidJson(scan.found, scan.more);
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The engine's message quotes the text, which may hold what nobody should read.
    throw new InvalidJson([{ pointer: '', message: 'is not JSON' }]);
  }
}

interface Container {
  /** The names so far; absent for a list. */
  readonly names?: Set<string>;
  /** Name or index of the current member. */
  member: string | number;
}

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openObject, closeObject, openList, closeList] = [0x7b, 0x7d, 0x5b, 0x5d];

/** One walk over the text of a valid JSON value, without recursion. */
class Scan {
  readonly found: Fault[] = [];
  more = 0;
  readonly #path: Container[] = [];
  #at = 0;
  #nameIsNext = false;

  constructor(private readonly text: string) {
    this.#walk();
  }

  #walk(): void {
    while (this.#at < this.text.length) {
      const code = this.text.charCodeAt(this.#at);
      if (code === quote) this.#string();
      else if (code === openObject || code === openList) {
        if (this.#path.length === depthMax) {
          this.#fault(`is nested deeper than ${depthMax} levels`);
          break;
        }
        this.#path.push(code === openObject ? { names: new Set(), member: '' } : { member: 0 });
        this.#nameIsNext = code === openObject;
        this.#at += 1;
      } else if (code === closeObject || code === closeList) {
        this.#path.pop();
        this.#nameIsNext = false;
        this.#at += 1;
      } else if (code === comma) this.#next();
      else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) this.#number();
      else {
        if (code === colon) this.#nameIsNext = false;
        this.#at += 1;
      }
    }
  }

  #next(): void {
    const container = this.#path.at(-1);
    if (typeof container?.member === 'number') container.member += 1;
    this.#nameIsNext = container?.names !== undefined;
    this.#at += 1;
  }

  #string(): void {
    const start = this.#at;
    let end = this.text.indexOf('"', start + 1);
    while (this.#isEscaped(end)) end = this.text.indexOf('"', end + 1);
    this.#at = end + 1;
    const raw = this.text.slice(start + 1, end);
    // Only an escape can make NUL or half a pair: control characters are no JSON, and the bytes were valid UTF-8.
    const value = raw.includes('\\') ? String(JSON.parse(`"${raw}"`)) : raw;
    const container = this.#path.at(-1);
    if (this.#nameIsNext && container?.names) {
      container.member = value;
      if (container.names.has(value)) this.#fault('is given more than once');
      if (unusableNames.has(value)) this.#fault('is not a name that a member may have');
      container.names.add(value);
    }
    if (value !== raw && (value.includes('\0') || !value.isWellFormed()))
      this.#fault('holds NUL or half of a surrogate pair');
  }

  #isEscaped(at: number): boolean {
    let backslashes = 0;
    while (this.text.charCodeAt(at - 1 - backslashes) === backslash) backslashes += 1;
    return backslashes % 2 === 1;
  }

  #number(): void {
    const start = this.#at;
    while (/[\d.eE+-]/.test(this.text.charAt(this.#at))) this.#at += 1;
    if (!(Math.abs(Number(this.text.slice(start, this.#at))) <= Number.MAX_SAFE_INTEGER))
      this.#fault('is a number beyond what can be kept exactly');
  }

  #fault(message: string): void {
    if (this.found.length === faultsMax) {
      this.more += 1;
      return;
    }
    const pointer = this.#path
      .map(({ member }) => `/${shortName(String(member)).replaceAll('~', '~0').replaceAll('/', '~1')}`)
      .join('');
    this.found.push({ pointer: pointer.toWellFormed(), message });
  }
}
