-- What the migrations stand on; harmless when it is all there. Roles belong to the whole server, so another database's
-- migration may create them at the same time.
do $$
declare
  role text;
begin
  foreach role in array array['inquest_owner', 'inquest_append', 'inquest_read'] loop
    begin
      if not exists (select from pg_roles where rolname = role) then
        execute format('create role %I nologin', role);
      end if;
    exception
      when duplicate_object or unique_violation then null;
    end;
  end loop;
  if not pg_has_role(current_user, 'inquest_owner', 'set') then
    execute format('grant inquest_owner to %I with set true', current_user);
  end if;
end
$$;

create schema if not exists inquest authorization inquest_owner;
grant usage on schema inquest to inquest_append, inquest_read;

create table if not exists inquest.migrations (
  name text primary key,
  sha256 text not null,
  applied_at timestamp with time zone not null default now()
);
alter table inquest.migrations owner to inquest_owner;
