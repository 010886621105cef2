import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describeWith } from '../support/available.js';
import { projectDir } from '../support/spawn-module.js';
import { startStandaloneProcess } from '../support/standalone.js';

const lacking = ['bash', 'curl', 'tar', 'sha256sum'].find(
  (program) => spawnSync(program, ['--version']).status !== 0,
);
const shell =
  lacking === undefined
    ? ({ available: true } as const)
    : ({ available: false, reason: `this machine has no ${lacking}` } as const);

/** Of the second block, that print their receipt. */
const commandsOfOwnCase = 10;

describeWith(shell, 'what README shows', () => {
  test('does what it says on a fresh installation', async () => {
    const data = await mkdtemp(join(tmpdir(), 'inquest-readme-'));
    const workplace = await mkdtemp(join(tmpdir(), 'inquest-readme-work-'));
    const standalone = await startStandaloneProcess('--data', data);
    try {
      const readme = await readFile(join(projectDir, 'README.md'), 'utf8');
      const commands = [...readme.matchAll(/```sh\n(.*?)```/gs)]
        .map(([, block = '']) => block)
        .join('')
        .replace('http://127.0.0.1:4000', standalone.url)
        .replace('./.inquest', data)
        // Each answer on a line of its own; the package is no text.
        .replaceAll(/curl -s(?!.*\| tar)/g, String.raw`curl -s -w '\n'`);
      const run = spawn('bash', ['-euo', 'pipefail', '-c', commands], { cwd: workplace });
      const [said, wrong, [code]] = await Promise.all([
        text(run.stdout),
        text(run.stderr),
        once(run, 'exit'),
      ]);
      expect([code, wrong]).toEqual([0, '']);
      const lines = said.trim().split('\n');
      expect(lines.pop()).toMatch(/^[0-9a-f]{64} {2}manifest\.json$/);
      const answers: unknown[] = lines.map((line) => JSON.parse(line));
      const page = { items: expect.arrayContaining([expect.anything()]) };
      expect(answers).toEqual([
        expect.objectContaining(page),
        expect.objectContaining({ type: '/problems/refused', code: 'bearing-unreviewed' }),
        expect.objectContaining({ eventIds: [expect.any(String)] }),
        expect.objectContaining({ eventIds: [expect.any(String)] }),
        expect.objectContaining(page),
        expect.objectContaining({ revision: 10 }),
        expect.objectContaining({ groups: expect.arrayContaining([expect.anything()]) }),
        expect.objectContaining(page),
        ...Array.from({ length: commandsOfOwnCase }, () =>
          expect.objectContaining({ eventIds: [expect.any(String)] }),
        ),
      ]);
    } finally {
      await standalone.stop();
      await rm(data, { recursive: true, force: true });
      await rm(workplace, { recursive: true, force: true });
    }
  }, 60_000);
});
