import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type IFlattenedRuleSet, type IReporterOutput } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

// The dependency rule: imports point inward, apps → read models, adapters, access, … → domain → event sourcing.
const npm = (...names: readonly string[]) => `node_modules/(${names.join('|')})(/|$)`;
const kernel = '^libs/event-sourcing/src/';
const builtIn = '^(node:)?(crypto|fs|fs/promises|path)$';
const notTests = '\\.spec\\.ts$';

const rules: IFlattenedRuleSet = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'kernel-stands-alone',
      comment: 'The kernel imports no lib, no framework, no I/O.',
      severity: 'error',
      from: { path: kernel, pathNot: `${notTests}|/(testing|contract)/` },
      to: {
        pathNot: [kernel, npm('typebox', 'class-validator'), '^(node:)?(crypto|timers/promises)$'],
      },
    },
    {
      name: 'domain-knows-the-kernel-only',
      severity: 'error',
      from: { path: '^libs/domain/', pathNot: notTests },
      to: { pathNot: ['^libs/domain/', kernel, npm('typebox')] },
    },
    {
      name: 'domain-knows-no-test-tools',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: `${notTests}|${kernel}(testing|contract)/` },
      to: { path: [`${kernel}(testing|contract)/`, '^test/'] },
    },
    {
      name: 'a-context-publishes-its-aggregate',
      comment: 'Another context may read the state of an aggregate, and knows nothing else of it.',
      severity: 'error',
      from: { path: '^libs/domain/src/([a-z]+)/', pathNot: notTests },
      to: {
        path: '^libs/domain/src/([a-z]+)/',
        pathNot: ['^libs/domain/src/$1/', '^libs/domain/src/([a-z]+)/\\1\\.ts$'],
      },
    },
    {
      name: 'an-aggregate-knows-no-other',
      comment: 'So contexts may read each other, and no cycle of files can arise between them.',
      severity: 'error',
      from: { path: '^libs/domain/src/([a-z]+)/\\1\\.ts$' },
      to: { path: '^libs/domain/src/([a-z]+)/', pathNot: '^libs/domain/src/$1/' },
    },
    {
      name: 'adapters-know-the-kernel-only',
      severity: 'error',
      from: { path: '^libs/event-store-([a-z]+)/', pathNot: notTests },
      to: { path: '^(libs|apps)/', pathNot: ['^libs/event-store-$1/', kernel] },
    },
    {
      name: 'the-content-store-knows-the-kernel-only',
      severity: 'error',
      from: { path: '^libs/content-store/', pathNot: notTests },
      to: { path: '^(libs|apps)/', pathNot: ['^libs/content-store/', kernel] },
    },
    {
      name: 'protected-data-knows-the-kernel-only',
      comment: 'Keys have nothing to do with what they protect, nor with Nest.',
      severity: 'error',
      from: { path: '^libs/protected-data/', pathNot: notTests },
      to: {
        pathNot: ['^libs/protected-data/', kernel, npm('typebox', '@aws-sdk/client-kms'), builtIn],
      },
    },
    {
      name: 'a-view-carries-out-nothing',
      comment: 'Process managers act; every other projection says what is so.',
      severity: 'error',
      from: {
        path: '^libs/read-models/src/',
        pathNot: ['^libs/read-models/src/(processes/|(index|read-models)\\.ts$)', notTests],
      },
      to: { path: '^libs/read-models/src/processes/' },
    },
    {
      name: 'messaging-knows-the-domain-and-no-view',
      severity: 'error',
      from: { path: '^libs/messaging/', pathNot: notTests },
      to: { path: '^(libs|apps)/', pathNot: ['^libs/(messaging|domain|public-contract|config)/', kernel] },
    },
    {
      name: 'one-folder-knows-the-kafka-client',
      comment: 'It is no longer maintained: to replace it is to replace that folder.',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: ['^libs/messaging/src/kafka/', notTests] },
      to: { path: npm('kafkajs') },
    },
    {
      name: 'the-public-contract-knows-the-domain-only',
      comment: 'What consumers rely on follows from the events, and from nothing that carries them.',
      severity: 'error',
      from: { path: '^libs/public-contract/', pathNot: notTests },
      to: { pathNot: ['^libs/public-contract/', '^libs/domain/src/index\\.ts$', kernel, npm('typebox')] },
    },
    {
      name: 'config-and-telemetry-know-no-domain',
      severity: 'error',
      from: { path: '^libs/(config|telemetry)/' },
      to: { path: '^(libs|apps)/', pathNot: ['^libs/(config|telemetry)/', kernel] },
    },
    {
      name: 'libs-know-no-app',
      severity: 'error',
      from: { path: '^libs/', pathNot: notTests },
      to: { path: '^apps/' },
    },
    {
      name: 'an-app-knows-no-other',
      comment: 'But standalone, which is every role in one process.',
      severity: 'error',
      from: { path: '^apps/([a-z]+)/', pathNot: `^apps/standalone/|${notTests}` },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'libs-meet-at-their-index',
      severity: 'error',
      from: { path: '^(libs/[a-z-]+|apps|test)/' },
      to: {
        path: '^libs/[a-z-]+/src/',
        pathNot: ['^$1/', '^libs/[a-z-]+/src/index\\.ts$', `${kernel}(testing|contract)/index\\.ts$`],
      },
    },
    {
      name: 'only-config-reads-the-environment',
      comment: 'Everything else is given what it needs.',
      severity: 'error',
      from: { path: '^libs/', pathNot: `^libs/config/|${notTests}` },
      to: { path: '^(node:)?process$' },
    },
    { name: 'everything-resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
};

async function violations(
  root: string,
  folders: readonly string[],
): Promise<{ from: string; to: string; rule: string }[]> {
  const { output }: IReporterOutput = await cruise(
    [...folders],
    {
      baseDir: root,
      ruleSet: rules,
      validate: true,
      tsPreCompilationDeps: true,
      doNotFollow: { path: 'node_modules' },
      tsConfig: { fileName: join(root, 'tsconfig.json') },
      enhancedResolveOptions: {
        exportsFields: ['exports'],
        conditionNames: ['import', 'node', 'default', 'types'],
      },
    },
    {},
    { tsConfig: extractTSConfig(join(root, 'tsconfig.json')) },
  );
  if (typeof output === 'string') throw new Error(output);
  expect(output.modules.length).toBeGreaterThan(0);
  return output.summary.violations.map(({ from, to, rule }) => ({ from, to, rule: rule.name }));
}

test('imports point inward', async () => {
  expect(await violations(process.cwd(), ['apps', 'libs', 'test'])).toEqual([]);
}, 60_000);

describe('a forbidden import is found:', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'inquest-architecture-'));
    // Paths are resolved from the working directory unless they are absolute.
    writeFileSync(
      join(root, 'tsconfig.json'),
      readFileSync('tsconfig.json', 'utf8').replaceAll('./libs', `${root}/libs`),
    );
    cpSync('package.json', join(root, 'package.json'));
    plant('libs/event-sourcing/src/index.ts', 'export const kernel = 1;');
    plant('libs/domain/src/index.ts', 'export const domain = 1;');
    plant('libs/event-store-postgres/src/index.ts', 'export const adapter = 1;');
    plant('apps/api/src/main.ts', 'export const app = 1;');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function plant(path: string, text: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  test.each([
    ['kernel-stands-alone', 'libs/event-sourcing/src/x.ts', "import '#domain';"],
    ['kernel-stands-alone', 'libs/event-sourcing/src/x.ts', "import 'node:fs';"],
    ['domain-knows-the-kernel-only', 'libs/domain/src/x.ts', "import '#event-store-postgres';"],
    ['domain-knows-the-kernel-only', 'libs/domain/src/x.ts', "import 'node:fs';"],
    ['adapters-know-the-kernel-only', 'libs/event-store-postgres/src/x.ts', "import '#domain';"],
    ['the-content-store-knows-the-kernel-only', 'libs/content-store/src/x.ts', "import '#domain';"],
    ['protected-data-knows-the-kernel-only', 'libs/protected-data/src/x.ts', "import '#domain';"],
    ['protected-data-knows-the-kernel-only', 'libs/protected-data/src/x.ts', "import '@nestjs/common';"],
    ['messaging-knows-the-domain-and-no-view', 'libs/messaging/src/x.ts', "import '#event-store-postgres';"],
    ['one-folder-knows-the-kafka-client', 'libs/messaging/src/x.ts', "import 'kafkajs';"],
    [
      'the-public-contract-knows-the-domain-only',
      'libs/public-contract/src/x.ts',
      "import '#event-store-postgres';",
    ],
    ['the-public-contract-knows-the-domain-only', 'libs/public-contract/src/x.ts', "import 'node:fs';"],
    ['a-view-carries-out-nothing', 'libs/read-models/src/x.ts', "import './processes/tasks.js';"],
    ['libs-know-no-app', 'libs/domain/src/x.ts', "import '../../../apps/api/src/main.js';"],
    ['an-app-knows-no-other', 'apps/cli/src/x.ts', "import '../../api/src/main.js';"],
    ['libs-meet-at-their-index', 'apps/api/src/x.ts', "import '../../../libs/domain/src/values.js';"],
    ['everything-resolves', 'apps/api/src/x.ts', "import './nowhere.js';"],
  ])('%s: %s with %s', async (rule, path, text) => {
    plant('libs/domain/src/values.ts', 'export const values = 1;');
    plant('libs/read-models/src/processes/tasks.ts', 'export const tasks = 1;');
    plant('node_modules/kafkajs/index.js', '');
    plant(path, text);
    const found = await violations(root, ['apps', 'libs']);
    expect(found).toContainEqual(expect.objectContaining({ from: path, rule }));
  });

  test('a-context-publishes-its-aggregate: a use case of another context', async () => {
    plant('libs/domain/src/evidence/evidence.ts', 'export const evidence = 1;');
    plant('libs/domain/src/evidence/seal.ts', 'export const seal = 1;');
    plant('libs/domain/src/case/link.ts', "import '../evidence/evidence.js';\nimport '../evidence/seal.js';");
    const found = await violations(root, ['libs']);
    expect(found).toEqual([
      {
        from: 'libs/domain/src/case/link.ts',
        to: 'libs/domain/src/evidence/seal.ts',
        rule: 'a-context-publishes-its-aggregate',
      },
    ]);
  });

  test('an-aggregate-knows-no-other', async () => {
    plant('libs/domain/src/evidence/evidence.ts', 'export const evidence = 1;');
    plant('libs/domain/src/case/case.ts', "import '../evidence/evidence.js';");
    expect(await violations(root, ['libs'])).toEqual([
      expect.objectContaining({ from: 'libs/domain/src/case/case.ts', rule: 'an-aggregate-knows-no-other' }),
    ]);
  });

  test('no-cycles', async () => {
    plant('libs/domain/src/a.ts', "import './b.js';");
    plant('libs/domain/src/b.ts', "import './a.js';");
    expect(await violations(root, ['libs'])).toContainEqual(expect.objectContaining({ rule: 'no-cycles' }));
  });
});
