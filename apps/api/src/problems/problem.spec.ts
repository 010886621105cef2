import { StoreUnavailable } from '#event-sourcing';
import { Problem, problemOf } from './problem.js';

const key = 'k-1';

describe('a command that met a problem', () => {
  test('which is a bug may have been recorded: the key finds out', () => {
    const { details } = problemOf(new TypeError('broken')).ofBegunCommand(key);
    expect(details).toMatchObject({ tookEffect: 'unknown', idempotencyKey: key });
  });

  test('which is a bug before it was begun was not recorded', () => {
    expect(problemOf(new TypeError('broken')).ofCommand().details).toEqual({ tookEffect: 'no' });
  });

  test.each([
    ['none', 'no', undefined],
    ['unknown', 'unknown', key],
  ] as const)('of a store whose outcome is %s says %s', (outcome, tookEffect, idempotencyKey) => {
    const { details } = problemOf(new StoreUnavailable('PostgreSQL is away', outcome)).ofBegunCommand(key);
    expect([details.tookEffect, details.idempotencyKey]).toEqual([tookEffect, idempotencyKey]);
  });

  test('of the caller’s own doing says nothing more', () => {
    expect(new Problem('not-found').ofBegunCommand(key).details).toEqual({});
  });
});
