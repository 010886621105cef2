import type { PostgresServer } from './postgres-server.js';

/** One line of the table, and one entry of the JSON. */
export interface Measurement {
  /** The figure of docs this belongs to: `P1`; several lines may share it. */
  readonly id: string;
  readonly name: string;
  /** Median of the runs, in `unit`; null when it could not be measured, and `reason` says why. */
  readonly value: number | null;
  readonly unit: string;
  /** Measured in the same run, alternating with the subject, in the same unit; null when the target is absolute. */
  readonly baseline: { readonly name: string; readonly value: number } | null;
  /** `value` divided by the baseline's. */
  readonly ratio: number | null;
  /** Such as `≥ 2.2 ×` (of the baseline) or `≤ 50 ms`. */
  readonly target: string;
  /** Null when it could not be measured, or has no target. */
  readonly met: boolean | null;
  readonly reason?: string;
}

/** What can be asked for by `--only`. */
export interface Figure {
  readonly id: string;
  readonly title: string;
  /** Bounded in time; leaves no process behind except what `bench.atEnd` stops. */
  measure(bench: Bench): Promise<readonly Measurement[]>;
}

/** What a figure works with. */
export interface Bench {
  /** The project's top folder. */
  readonly root: string;
  /** A folder of this run's own, on the disk that the servers use; removed at the end. */
  readonly folder: string;
  /** Size of the file that content is measured with. */
  readonly contentMib: number;
  /** The one PostgreSQL server of the run, started when first asked for. */
  readonly postgres: () => Promise<PostgresServer>;
  /** Says on standard error what goes on. */
  readonly progress: (line: string) => void;
  /** Registers what stops or removes something; run in reverse order at the end, also when the bench is interrupted. */
  readonly atEnd: (stop: () => Promise<unknown>) => void;
}

/** A target that is a multiple of the baseline, `at least`. */
export function timesBaseline(
  line: { readonly id: string; readonly name: string; readonly unit: string },
  value: number,
  baseline: { readonly name: string; readonly value: number },
  atLeast: number,
): Measurement {
  const ratio = value / baseline.value;
  return { ...line, value, baseline, ratio, target: `≥ ${atLeast} ×`, met: ratio >= atLeast };
}

/** A figure that is shown beside another one and has no target of its own. */
export function withoutTarget(
  line: { readonly id: string; readonly name: string; readonly unit: string },
  value: number,
  baseline: { readonly name: string; readonly value: number },
): Measurement {
  return { ...line, value, baseline, ratio: value / baseline.value, target: '–', met: null };
}

/** A target that is a bound in the figure's own unit. */
export function atMost(
  line: { readonly id: string; readonly name: string; readonly unit: string },
  value: number,
  bound: number,
): Measurement {
  return {
    ...line,
    value,
    baseline: null,
    ratio: null,
    target: `≤ ${bound} ${line.unit}`,
    met: value <= bound,
  };
}

export function notMeasured(
  line: { readonly id: string; readonly name: string; readonly unit: string },
  target: string,
  reason: string,
): Measurement {
  return { ...line, value: null, baseline: null, ratio: null, target, met: null, reason };
}
