-- A keyset page in log order: up to $2 events and $3 bytes of data and metadata, but at least one event.
select position, stream, revision, event_id, type, schema_version, data, metadata,
  to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
from (
  select *, row_number() over page as n, sum(pg_column_size(data) + pg_column_size(metadata)) over page as bytes
  from (select * from inquest.events where position > $1 order by position limit $2) found
  window page as (order by position rows unbounded preceding)
) measured
where n = 1 or bytes <= $3
order by position
