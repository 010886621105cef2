-- Whatever the server's or the role's defaults are: the function needs READ COMMITTED, an acknowledged append is on
-- disk, and a client that was cut off between its last two messages must not hold the lock for longer than this.
select
  floor(extract(epoch from clock_timestamp()) * 1000)::bigint as server_time_ms,
  set_config('default_transaction_isolation', 'read committed', false),
  set_config('transaction_timeout', $1, false),
  set_config(
    'synchronous_commit',
    case when current_setting('synchronous_commit') in ('off', 'local') then 'on' else current_setting('synchronous_commit') end,
    false
  )
