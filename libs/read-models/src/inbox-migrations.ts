import type { TableMigration } from './runner/projection.js';

/** A fold for each kind of stream on which something can wait, and what waits. */
export const inboxMigrations: readonly TableMigration[] = [
  {
    name: 'Inbox1764000000040',
    sql: `
CREATE TABLE cases (
  id uuid PRIMARY KEY,
  revision integer NOT NULL,
  position bigint NOT NULL,
  -- The people who declared a conflict of interest.
  conflicts text[] NOT NULL,
  fold json NOT NULL
);
CREATE TABLE exhibits (
  id uuid PRIMARY KEY,
  revision integer NOT NULL,
  position bigint NOT NULL,
  fold json NOT NULL
);
CREATE TABLE witnesses (LIKE exhibits INCLUDING ALL);
CREATE TABLE referrals (LIKE exhibits INCLUDING ALL);
CREATE TABLE items (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  stream text COLLATE "C" NOT NULL,
  subject_id uuid NOT NULL,
  about text COLLATE "C",
  title text NOT NULL,
  action text NOT NULL,
  request_id uuid,
  digest text,
  since timestamp (3) with time zone NOT NULL,
  due text,
  -- The last moment of it: a text of one form, because PostgreSQL does not round what lies at the ends of the calendar in
  -- the way that it was written.
  due_end text COLLATE "C",
  due_order text COLLATE "C" NOT NULL,
  -- Whoever asked: the person, and the subject that was signed in.
  asked_by text,
  asked_through text,
  -- The one person it waits for; roles decide where there is none.
  waits_for text,
  -- The case it is part of, and those by which it is found.
  investigation_id uuid,
  investigations uuid[] NOT NULL,
  search tsvector GENERATED ALWAYS AS (to_tsvector('simple', title)) STORED
);
CREATE INDEX ON items (stream);
CREATE INDEX ON items (due_order, id);
CREATE INDEX ON items (since, id);
CREATE INDEX ON items (waits_for) WHERE waits_for IS NOT NULL;
CREATE INDEX ON items USING gin (investigations);
CREATE INDEX ON items USING gin (search);`,
  },
  {
    name: 'InboxFlags1795000000020',
    sql: `
-- What has to be looked at, where that is a flag.
ALTER TABLE items ADD COLUMN flag_id uuid;`,
  },
];
