import { StoreUnavailable } from '#event-sourcing';
import { ViewBehind } from '#read-models';
import { Problem, problemOf } from './problem.js';

const key = 'k-1';

test('a view that has parked the event needs somebody, and not time', () => {
  const late = problemOf(new ViewBehind('case_board', 7n, false));
  const parked = problemOf(new ViewBehind('case_board', 7n, true));
  expect([late.details.retryAfterSeconds, parked.details.retryAfterSeconds]).toEqual([1, 60]);
  expect(parked.details.detail).toMatch(/case_board .* position 7.* administrator/);
});

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
