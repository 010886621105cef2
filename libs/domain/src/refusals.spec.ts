import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { allegationRefusals } from './allegation/refusals.js';
import { evidenceRefusals } from './evidence/refusals.js';
import { incidentRefusals } from './incident/refusals.js';
import { investigationRefusals } from './investigation/refusals.js';
import { referralRefusals } from './referral/refusals.js';
import { type Refusal, refusals } from './refusals.js';
import { sharedRefusals } from './shared-refusals.js';
import { witnessRefusals } from './witness/refusals.js';

const contexts = [
  sharedRefusals,
  allegationRefusals,
  incidentRefusals,
  investigationRefusals,
  evidenceRefusals,
  referralRefusals,
  witnessRefusals,
];
/** Every file of the domain with what stands in it, by its path. */
const files = new Map(
  readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => [path, readFileSync(`${import.meta.dirname}/${path}`, 'utf8')]),
);
const names = (path: string, code: string) => files.get(path)?.includes(`'${code}'`) ?? false;

/** The files that refuse by a code. */
const refusing = (code: string) =>
  [...files.keys()].filter((path) => !/(spec|refusals)\.ts$/.test(path) && names(path, code));

/** The test beside a file; of rules that several use cases share, all tests of their folder. */
function testsOf(path: string): string[] {
  const beside = path.replace(/\.ts$/, '.spec.ts');
  if (files.has(beside)) return [beside];
  return [...files.keys()].filter((test) => test.endsWith('.spec.ts') && dirname(test) === dirname(path));
}

test('no two contexts give one code', () => {
  const codes = contexts.flatMap((context) => Object.keys(context));
  expect(codes.toSorted()).toEqual(Object.keys(refusals).toSorted());
});

describe.each(Object.entries<Refusal>(refusals))('%s', (code, { title, remedy }) => {
  test('says what is wrong and what to do', () => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(remedy).toMatch(/^[A-Z].*\.$/);
  });

  test('is what a use case refuses by, and the test beside it shows it', () => {
    expect(refusing(code)).not.toEqual([]);
    const untested = refusing(code).filter((path) => !testsOf(path).some((test) => names(test, code)));
    expect(untested).toEqual([]);
  });
});
