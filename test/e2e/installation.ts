import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { projectDir } from '../support/spawn-module.js';
import { type StandaloneProcess, startStandaloneProcess } from '../support/standalone.js';
import type { Group } from './import-figures.js';

/** What `inquest import … --json` prints, as far as the tests read it. */
export interface ImportSummary {
  readonly commands: { readonly sent: number; readonly replayed: number };
  readonly rejected: readonly { line: number; recordId: string; part: string; reason: string }[];
  readonly noted: readonly { line: number; recordId: string; part: string; reason: string }[];
}

/** An item of a list, as far as the tests read it. */
export interface Item {
  readonly title: string;
  readonly period: object;
  readonly place: object;
  readonly categories: readonly string[];
  readonly means: readonly string[];
  readonly parties: readonly { readonly role: string; readonly party: string }[];
  readonly victims: readonly { readonly eventId: string }[];
  readonly source: { readonly kind: string; readonly reference: string };
  readonly incidents: number;
  readonly id: string;
}

type Sum = Omit<Group, 'incidents'>;

interface Answer {
  readonly body: Readonly<Record<string, unknown>>;
  /** Of the view, or of the log as far as it was read. */
  readonly position: string;
}

/** A standalone on an empty data folder of its own, and `inquest import` beside it, as built. */
export class Installation {
  /** What the imports wrote to standard error. */
  log = '';
  private readUpTo = 0n;

  private constructor(
    /** For the files of the test; goes away at the end. */
    readonly dir: string,
    private readonly standalone: StandaloneProcess,
  ) {}

  static async start(): Promise<Installation> {
    const dir = await mkdtemp(join(tmpdir(), 'inquest-import-'));
    // As root, PostgreSQL runs as another user and must pass through.
    await chmod(dir, 0o711);
    return new Installation(dir, await startStandaloneProcess('--data', join(dir, 'data'), '--empty'));
  }

  async end(): Promise<void> {
    await this.standalone.stop();
    await rm(this.dir, { recursive: true, force: true });
  }

  spawnImport(format: string, path: string, ...options: readonly string[]): ChildProcess {
    const main = join('dist', 'apps', 'cli', 'src', 'main.js');
    const args = ['import', format, path, '--json', '--data', this.standalone.data, ...options];
    const child = spawn(process.execPath, [main, ...args], {
      cwd: projectDir,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stderr.on('data', (chunk: Buffer) => (this.log += chunk.toString()));
    return child;
  }

  /** Runs an import to its end. */
  async import(format: string, path: string): Promise<{ code: number | null; summary: ImportSummary }> {
    const child = this.spawnImport(format, path);
    const [printed] = await Promise.all([text(child.stdout!), once(child, 'exit')]);
    if (printed === '') throw new Error(`The import ended with ${child.exitCode}:\n${this.log.slice(-2000)}`);
    return { code: child.exitCode, summary: JSON.parse(printed) as ImportSummary };
  }

  /** Runs an import that is expected to fail; gives its exit code and its last words. */
  async failingImport(
    ...args: Parameters<Installation['spawnImport']>
  ): Promise<{ code: number; words: string }> {
    const child = this.spawnImport(...args);
    const [words, [code]] = await Promise.all([text(child.stderr!), once(child, 'exit')]);
    return { code: Number(code), words };
  }

  /** The position of the newest event, read on from where the last call ended. */
  async head(): Promise<string> {
    for (;;) {
      // No event is of this type, so that a page has none and reads far.
      const { position, body } = await this.get(
        `/v1/events?after=${this.readUpTo}&type=IncidentMerged`,
        'Auditor',
      );
      this.readUpTo = BigInt(position);
      if (body['next'] === null) return position;
    }
  }

  /** Every item of a list, read page by page, of a view at or past a position. */
  async list(resource: 'incidents' | 'allegations', position: string): Promise<Item[]> {
    const items: Item[] = [];
    for (let cursor = ''; ;) {
      const { body } = await this.get(`/v1/${resource}?limit=200${cursor}`, 'Analyst', position);
      const page = body as { items: Item[]; next: string | null };
      items.push(...page.items);
      if (page.next === null) return items;
      cursor = `&cursor=${encodeURIComponent(page.next)}`;
    }
  }

  /** Which allegation is linked to which incident, as the log has it. */
  async links(): Promise<{ allegation: string; incident: string }[]> {
    const links: { allegation: string; incident: string }[] = [];
    for (let after = '0'; ;) {
      const path = `/v1/events?after=${after}&limit=200&type=AllegationLinkedToIncident`;
      const { body } = await this.get(path, 'Auditor');
      const page = body as { items: { stream: string; data: { incidentId: string } }[]; next: string | null };
      for (const { stream, data } of page.items)
        links.push({ allegation: stream.slice('allegation-'.length), incident: data.incidentId });
      if (page.next === null) return links;
      after = page.next;
    }
  }

  /** The statistics by one dimension, or by place and country. What was imported counts killed as alleged, and nothing else. */
  async statistics(dimension: string, position: string): Promise<Record<string, Group>> {
    const { body } = await this.get(`/v1/statistics?by=${dimension}`, 'Analyst', position);
    expect(body['truncated']).toBe(false);
    expect(body['merged']).toEqual({ incidents: 0, figuresNotCarriedOver: 0 });
    const groups = body['groups'] as { group: Record<string, string>; incidents: number; victims: Sum[] }[];
    return Object.fromEntries(
      groups.map(({ group, incidents, victims }) => {
        const [sum = { figures: 0, min: 0, best: 0, max: 0 }, ...others] = victims;
        expect(others).toEqual([]);
        if (victims.length > 0) expect(sum).toMatchObject({ harm: 'killed', standard: 'alleged' });
        const { figures, min, best, max } = sum;
        return [Object.values(group).join(', '), { incidents, figures, min, best, max }];
      }),
    );
  }

  private async get(path: string, role: string, position = '0'): Promise<Answer> {
    const headers = { authorization: `Bearer ${this.standalone.tokens[role]}`, 'inquest-position': position };
    for (let attempt = 0; ; attempt += 1) {
      const response = await fetch(`${this.standalone.url}${path}`, { headers });
      const body = (await response.json()) as Record<string, unknown>;
      // The views may be behind for a while after so much at once.
      if (response.status === 503 && attempt < 100)
        await delay(Number(response.headers.get('retry-after')) * 1000);
      else if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(body)}`);
      else return { body, position: response.headers.get('inquest-position')! };
    }
  }
}
