import { loadPolicies, roles } from '#access';
import { useCases } from '#domain';
import { kindOf, resourceKinds } from './resources.js';

const policy = loadPolicies();
const everybody = { subject: 'somebody', roles: [...roles] };

test.each(resourceKinds)('the policies know what is asked of $path', (kind) => {
  const { aggregate, readAction } = kind;
  const commands = useCases.filter((useCase) => !useCase.creates && useCase.aggregate === aggregate);
  for (const action of [readAction, 'ReadHistory', 'ReadRefusals', ...commands.map(({ name }) => name)]) {
    const question = { caller: everybody, action, resource: kind.resource(aggregate.initial()) };
    // It throws where the schema does not let the action be asked of this kind.
    expect(() => policy.decide(question)).not.toThrow();
  }
});

test.each(useCases.filter(({ creates }) => creates))('the policies know $name of the archive', (useCase) => {
  const question = { caller: everybody, action: useCase.name, resource: { type: 'Archive' } as const };
  expect(() => policy.decide(question)).not.toThrow();
  expect(kindOf(useCase.aggregate).aggregate).toBe(useCase.aggregate);
});
