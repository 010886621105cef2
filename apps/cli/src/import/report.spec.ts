import { syrianArchive } from './formats/syrian-archive.js';
import { progressLine } from './progress-line.js';
import { Findings, readable } from './report.js';
import { notBegun } from './run-import.js';

const input = { format: syrianArchive, path: 'incidents.json', encoding: 'utf-8', asOf: '' };
const survey = { records: 3, sha256: 'f00' };
const remark = { recordId: 'X1', part: 'place', reason: 'no point' } as const;

test('findings are in the order of the file, and what is noted is told from what is rejected', () => {
  const findings = new Findings();
  findings.add({ kind: 'rejected', line: 9, ...remark });
  findings.add({ kind: 'noted', line: 4, ...remark });
  findings.add({ kind: 'rejected', line: 2, ...remark });
  const summary = findings.summary(input, survey, notBegun(), 0, 1.26);
  expect(summary.rejected).toEqual([
    { line: 2, ...remark },
    { line: 9, ...remark },
  ]);
  expect(summary.noted).toEqual([{ line: 4, ...remark }]);
  expect(summary).toMatchObject({ complete: false, asOf: null, seconds: 1.3, position: '0' });
});

test('memory keeps a bounded number of findings and counts the rest', () => {
  const findings = new Findings();
  for (let line = 1; line <= 10_005; line += 1) findings.add({ kind: 'rejected', line, ...remark });
  const summary = findings.summary(input, survey, notBegun(), 0, 1);
  expect([summary.rejected.length, summary.findingsLeftOut]).toEqual([10_000, 5]);
  expect(readable(summary)).toContain('and 9,900 more');
});

test('what a file says cannot steer the terminal', () => {
  const findings = new Findings();
  findings.add({ kind: 'rejected', line: 2, ...remark, reason: 'red \u001b[31m and back\u202e' });
  const text = readable(findings.summary(input, survey, notBegun(), 0, 1));
  expect(text).toContain('red \\u{1b}[31m and back\\u{202e}');
});

test('progress says how far, how fast and how long still', () => {
  const progress = notBegun();
  expect(progressLine(progress, 200, 0)).toBe('0 of 200 records (0 %), 0 commands/s');
  Object.assign(progress.records, { taken: 48, takenInPart: 1, rejected: 1 });
  Object.assign(progress.commands, { sent: 150, replayed: 30 });
  expect(progressLine(progress, 200, 5)).toBe(
    '50 of 200 records (25 %), 30 commands/s, 30 carried out before, 2 not or partly taken, about 15 s left',
  );
});
