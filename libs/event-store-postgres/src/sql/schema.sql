-- What the migrations write into; harmless when it is there.
create schema if not exists inquest authorization inquest_owner;
grant usage on schema inquest to inquest_append, inquest_read;

create table if not exists inquest.migrations (
  name text primary key,
  sha256 text not null,
  applied_at timestamp with time zone not null default now()
);
alter table inquest.migrations owner to inquest_owner;
