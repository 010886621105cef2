import { readdirSync, readFileSync } from 'node:fs';
import { allegationRefusals } from './allegation/refusals.js';
import { evidenceRefusals } from './evidence/refusals.js';
import { incidentRefusals } from './incident/refusals.js';
import { investigationRefusals } from './investigation/refusals.js';
import { type Refusal, refusals } from './refusals.js';
import { sharedRefusals } from './shared-refusals.js';

const contexts = [
  sharedRefusals,
  allegationRefusals,
  incidentRefusals,
  investigationRefusals,
  evidenceRefusals,
];
const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts') && !name.endsWith('refusals.ts'))
  .map((name) => readFileSync(`${import.meta.dirname}/${name}`, 'utf8'));
const tests = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.spec.ts'))
  .map((name) => readFileSync(`${import.meta.dirname}/${name}`, 'utf8'));

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

  test('is a rule that something is refused by, and a test shows it', () => {
    const isIn = (texts: readonly string[]) => texts.some((text) => text.includes(`'${code}'`));
    expect({ used: isIn(sources), tested: isIn(tests) }).toEqual({ used: true, tested: true });
  });
});
