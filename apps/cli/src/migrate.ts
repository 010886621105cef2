import { Command } from 'commander';
import { InvalidConfiguration, readConfig, required } from '#config';
import { grantLogin, migrateEventStore } from '#event-store-postgres';
import { migrateRelay } from '#messaging';
import { migrateReadModels, projections } from '#read-models';

/** `inquest migrate`: the database as this version needs it. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('Brings the database up to date, and gives the login of the processes its rights.')
    .addHelpText('after', help)
    .action(migrate);
}

async function migrate(): Promise<void> {
  const { postgresUrl, postgresOwnerUrl } = required(readConfig(), 'postgresUrl', 'postgresOwnerUrl');
  const { login, password } = loginIn(postgresUrl);
  const say = (line: string) => process.stderr.write(`${line}\n`);
  say('Migrating the event store …');
  await migrateEventStore(postgresOwnerUrl);
  await grantLogin(postgresOwnerUrl, {
    login,
    ...(password === '' ? {} : { password }),
    roles: ['append', 'read'],
  });
  say('Migrating the read models …');
  await migrateReadModels(postgresOwnerUrl, projections, login);
  say('Migrating the relay …');
  await migrateRelay(postgresOwnerUrl, login);
  process.stdout.write(`The database is up to date, and ${login} may use it.\n`);
}

/** Throws `InvalidConfiguration` where there is none: `pg` would take the name of whoever runs this. */
function loginIn(postgresUrl: string): { readonly login: string; readonly password: string } {
  const { username, password } = new URL(postgresUrl);
  if (username !== '') return { login: decodeURIComponent(username), password: decodeURIComponent(password) };
  throw new InvalidConfiguration([
    {
      name: 'INQUEST_POSTGRES_URL',
      problem: 'must name the login that the processes use',
      example: 'postgres://inquest:secret@db.example:5432/inquest',
    },
  ]);
}

const help = `
INQUEST_POSTGRES_OWNER_URL names the owner, who may make roles, schemas and extensions; INQUEST_POSTGRES_URL the login that
the processes use, which is made if it is missing. Changes nothing where all is up to date; several may run it at once, and
processes may run meanwhile. npm start does it by itself.
`;
