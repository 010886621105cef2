import { createLogger } from '#telemetry';
import { projectionLog } from './projection-log.js';

function logged(told: (log: ReturnType<typeof projectionLog>) => void): Record<string, unknown> {
  const lines: string[] = [];
  told(
    projectionLog(createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } })),
  );
  return JSON.parse(lines.join(''));
}

test('says for whom a task is, and how often it was tried', () => {
  const failed = { projection: 'flags', target: 'referral-1', attempts: 3, error: new Error('no answer') };
  const wanted = { projection: 'flags', target: 'referral-1', attempts: 3 };
  expect(logged((log) => log.postponed?.(failed))).toMatchObject(wanted);
  expect(logged((log) => log.refused?.(failed))).toMatchObject(wanted);
});

test('says what kind of fault parked an event, and nothing of what the event says', () => {
  const error = Object.assign(new Error('invalid input syntax for type date: "born in Osa"'), {
    name: 'DatabaseError',
    code: '22007',
  });
  const where = { stream: 'witness-1', revision: 2, event_id: 'e', type: 'ConsentGiven', position: '7' };
  const parked = [{ ...where, fault: `DatabaseError: ${error.message}` }];
  for (const events of [parked, []]) {
    const line = logged((log) => log.failed?.({ projection: 'witnesses', events: 1, error, parked: events }));
    expect(line['error']).toEqual({ type: 'DatabaseError', message: '', code: '22007' });
    expect(JSON.stringify(line)).not.toContain('Osa');
  }
});
