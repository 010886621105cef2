-- One totally ordered, append-only log. Written for the log `events`; the log `access` is the same under its own name.
-- There is no table of streams: the newest revision of a stream is the last entry of its unique index, and a second
-- table would be a second truth and a second write to random pages for each append.
create table inquest.events (
  position bigint not null,
  stream text collate "C" not null,
  revision integer not null check (revision >= 0),
  event_id uuid not null,
  type text collate "C" not null,
  schema_version smallint not null check (schema_version > 0),
  -- json, not jsonb: it keeps the bytes, which the audit log hashes, and was 1.5 times as fast to append.
  data json not null,
  metadata json not null,
  recorded_at timestamp (3) with time zone not null,
  primary key (position),
  unique (stream, revision)
);

-- Not compressed, so that pg_column_size tells the size of a page of events without fetching the large ones.
alter table inquest.events alter column data set storage external;
alter table inquest.events alter column metadata set storage external;

create function inquest.events_refuse_change() returns trigger
  language plpgsql
  set search_path = ''
as $$
begin
  raise exception '% of %.% is refused: recorded events never change', tg_op, tg_table_schema, tg_table_name
    using errcode = 'insufficient_privilege';
end
$$;

create trigger events_append_only before update or delete or truncate on inquest.events
  for each statement execute function inquest.events_refuse_change();
-- Also for a session that turns ordinary triggers off with session_replication_role.
alter table inquest.events enable always trigger events_append_only;

revoke all on inquest.events from public;
revoke update, delete, truncate on inquest.events from inquest_owner;
grant select on inquest.events to inquest_read;
