import { once } from 'node:events';
import { spawnModule } from '../../../test/support/spawn-module.js';

/** Asks every role about every action, again and again, until the engine has optimised and deoptimised the way. */
const manyQuestions = `
  const { loadPolicies, policiesMarkdown } = await import('#access');
  for (let round = 0; round < 3; round += 1) policiesMarkdown(loadPolicies());
`;

test('processes that ask the policies thousands of times survive it', async () => {
  for (let pair = 0; pair < 4; pair += 1) {
    const processes = [spawnModule(manyQuestions), spawnModule(manyQuestions)];
    const ends = await Promise.all(processes.map((child) => once(child, 'exit')));
    expect(ends).toEqual([
      [0, null],
      [0, null],
    ]);
  }
}, 120_000);
