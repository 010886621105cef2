import { BrokenFile } from '../format.js';

/** An element of a JSON file that is one array. */
export interface JsonElement {
  /** Line on which the element begins. */
  readonly line: number;
  readonly value: unknown;
}

const elementCharsMax = 1_000_000;
const blank = /^\s*$/;

/**
 * The elements of a JSON array, one at a time as the text arrives.
 *
 * @throws BrokenFile where the text is not one JSON array, or an element passes a million characters.
 */
export async function* jsonElements(text: AsyncIterable<string>): AsyncGenerator<JsonElement> {
  const splitter = new Splitter();
  for await (const chunk of text) yield* splitter.push(chunk);
  splitter.end();
}

/** Finds where each element begins and ends, by brackets and strings only; JSON.parse judges the rest. */
class Splitter {
  private line = 1;
  private begun = 0;
  private depth = 0;
  private element = '';
  private state: 'before' | 'inside' | 'string' | 'escape' | 'after' = 'before';
  private any = false;

  *push(chunk: string): Generator<JsonElement> {
    for (const character of chunk) {
      if (character === '\n') this.line += 1;
      if (this.state === 'string' || this.state === 'escape') this.inString(character);
      else if (this.state === 'inside') yield* this.inArray(character);
      else this.outside(character);
    }
  }

  end(): void {
    if (this.state !== 'after') throw new BrokenFile(this.line, 'the file ends before its array does');
  }

  private outside(character: string): void {
    if (blank.test(character)) return;
    if (this.state === 'after' || character !== '[') {
      throw new BrokenFile(this.line, 'the file must be one JSON array and nothing else');
    }
    this.state = 'inside';
  }

  private inString(character: string): void {
    this.take(character);
    if (this.state === 'escape') this.state = 'string';
    else if (character === '\\') this.state = 'escape';
    else if (character === '"') this.state = 'inside';
  }

  private *inArray(character: string): Generator<JsonElement> {
    if (this.depth === 0 && (character === ',' || character === ']')) {
      const last = character === ']';
      if (last) this.state = 'after';
      if (!last || this.any || !blank.test(this.element)) yield this.finished();
      return;
    }
    if (this.depth === 0 && character === '}') throw new BrokenFile(this.line, 'is not JSON');
    if (character === '{' || character === '[') this.depth += 1;
    else if (character === '}' || character === ']') this.depth -= 1;
    else if (character === '"') this.state = 'string';
    this.take(character);
  }

  private take(character: string): void {
    if (this.element === '') {
      if (blank.test(character)) return;
      this.begun = this.line;
    }
    this.element += character;
    if (this.element.length > elementCharsMax) {
      throw new BrokenFile(this.begun, `an element has more than ${elementCharsMax} characters`);
    }
  }

  private finished(): JsonElement {
    const text = this.element;
    const line = text === '' ? this.line : this.begun;
    this.element = '';
    this.any = true;
    try {
      const value: unknown = JSON.parse(text);
      return { line, value };
    } catch (error) {
      // Not the engine's own words: they quote the text, which may hold a name.
      throw new BrokenFile(line, 'is not JSON', { cause: error });
    }
  }
}
