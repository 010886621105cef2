import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { spawnModule } from '../../../test/support/spawn-module.js';

const program = `
  import { onStopSignal } from '#process';
  onStopSignal(() => console.log('stopping'));
  setInterval(() => {}, 1_000);
  console.log('ready');
`;

async function start() {
  const child = spawnModule(program);
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout! });
  output.on('line', (line) => lines.push(line));
  await once(output, 'line');
  return { child, lines, heard: () => once(output, 'line') };
}

test('what comes with the first signal is the first; a later one ends the process', async () => {
  const { child, lines, heard } = await start();
  child.kill('SIGINT');
  await heard();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) child.kill(signal);
  await delay(1_100);
  expect(child.exitCode).toBeNull();
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(lines).toEqual(['ready', 'stopping']);
});
