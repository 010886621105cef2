-- A keyset page of the stream $1: revisions from $2 to $3, up to $4 events and $5 bytes, but at least one event.
select position, stream, revision, event_id, type, schema_version, data, metadata,
  to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
from (
  select *, row_number() over page as n, sum(pg_column_size(data) + pg_column_size(metadata)) over page as bytes
  from (
    select * from inquest.events where stream = $1 and revision between $2 and $3 order by revision limit $4
  ) found
  window page as (order by revision rows unbounded preceding)
) measured
where n = 1 or bytes <= $5
order by revision
