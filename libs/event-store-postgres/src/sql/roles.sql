-- The roles that the migrations stand on; harmless when they are there. No login: logins are granted them.
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
      when duplicate_object or unique_violation then null; -- another process was faster
    end;
  end loop;
  if not pg_has_role(current_user, 'inquest_owner', 'set') then
    execute format('grant inquest_owner to %I with set true', current_user);
  end if;
end
$$;
