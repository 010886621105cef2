import type { Measurement } from './figure.js';
import { rounded } from './statistics.js';

/** The JSON of the interface: numbers to three significant digits, nothing but what was measured. */
export function toJson(measurements: readonly Measurement[]): string {
  return JSON.stringify(
    measurements.map(({ baseline, value, ratio, ...line }) => ({
      id: line.id,
      name: line.name,
      value: round(value),
      unit: line.unit,
      baseline: baseline && { name: baseline.name, value: rounded(baseline.value) },
      ratio: round(ratio),
      target: line.target,
      met: line.met,
      ...(line.reason !== undefined && { reason: line.reason }),
    })),
    null,
    2,
  );
}

/** The same as a table for people, one line per measurement, reasons below it. */
export function toTable(measurements: readonly Measurement[]): string {
  const header = ['', 'figure', 'measured', 'baseline', 'ratio', 'target', 'met'];
  const rows = measurements.map((line) => [
    line.id,
    line.name,
    line.value === null ? 'not measured' : `${number(line.value)} ${line.unit}`,
    line.baseline === null ? '–' : `${number(line.baseline.value)} ${line.unit} (${line.baseline.name})`,
    line.ratio === null ? '–' : `${line.ratio.toFixed(2)} ×`,
    line.target,
    line.met === null ? '–' : line.met ? 'yes' : 'NO',
  ]);
  const reasons = measurements.flatMap(({ id, name, reason }) =>
    reason === undefined ? [] : [`${id}, ${name}: not measured: ${reason}`],
  );
  return [...aligned([header, ...rows]), ...reasons].join('\n');
}

function aligned([header = [], ...rows]: readonly (readonly string[])[]): string[] {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(header), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)];
}

function round(value: number | null): number | null {
  return value === null ? null : rounded(value);
}

function number(value: number): string {
  return rounded(value).toLocaleString('en-US');
}
