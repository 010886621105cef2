import { once } from 'node:events';
import { spawnModule } from '../../../test/support/spawn-module.js';

/** Asks every role about every action. */
const manyQuestions = `
  const { loadPolicies, policiesMarkdown } = await import('#access');
  policiesMarkdown(loadPolicies());
`;

test('a process that asks the policies survives it when its code is deoptimised again and again', async () => {
  const asking = spawnModule(manyQuestions, [], ['--deopt-every-n-times=10000']);
  expect(await once(asking, 'exit')).toEqual([0, null]);
}, 120_000);
