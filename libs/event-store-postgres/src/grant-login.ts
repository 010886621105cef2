import { Client, DatabaseError, escapeIdentifier, escapeLiteral } from 'pg';
import { changingRoles } from './roles.js';
import { scramVerifier } from './scram.js';

export interface LoginGrant {
  readonly login: string;
  /** Left out: the login keeps its way of signing in. */
  readonly password?: string;
  readonly roles: readonly ('append' | 'read')[];
}

/**
 * Lets a login append, read, or both, and nothing more; creates the login if it is missing. Can be repeated. Needs
 * `migrateEventStore` first. Throws `pg`'s error.
 */
export async function grantLogin(ownerUrl: string, { login, password, roles }: LoginGrant): Promise<void> {
  const client = new Client({
    connectionString: ownerUrl,
    application_name: 'inquest grant',
    connectionTimeoutMillis: 10_000,
    statement_timeout: 60_000,
  });
  client.on('error', () => undefined); // the query under way fails with it
  await client.connect();
  try {
    const name = escapeIdentifier(login);
    await changingRoles(() => client.query(`create role ${name} login`)).catch(unlessItIsThere);
    if (password !== undefined) {
      const verifier = escapeLiteral(scramVerifier(password));
      await changingRoles(() => client.query(`alter role ${name} password ${verifier}`));
    }
    for (const role of ['append', 'read'] as const) {
      const change = roles.includes(role) ? `grant inquest_${role} to` : `revoke inquest_${role} from`;
      await changingRoles(() => client.query(`${change} ${name}`));
    }
  } finally {
    await client.end();
  }
}

/** SQLSTATE duplicate_object, or unique_violation when another process was faster. */
function unlessItIsThere(error: unknown): void {
  if (!(error instanceof DatabaseError && ['42710', '23505'].includes(error.code ?? ''))) throw error;
}
