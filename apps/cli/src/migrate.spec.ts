import { inquest } from '../../../test/support/run-cli.js';

test('nothing is migrated where nobody is named who is to use it', async () => {
  const { exitCode, stderr } = await inquest(['migrate'], {
    INQUEST_POSTGRES_URL: 'postgres://db.example/inquest',
    INQUEST_POSTGRES_OWNER_URL: 'postgres://owner@127.0.0.1:1/inquest',
  });
  expect([exitCode, stderr]).toEqual([
    1,
    'inquest: INQUEST_POSTGRES_URL must name the login that the processes use, for instance postgres://inquest:secret@db.example:5432/inquest\n',
  ]);
});
