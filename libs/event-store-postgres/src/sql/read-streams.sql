-- A page of each of many streams: the revisions from $2 to $3 of the stream $1, up to $4 events and $5 bytes of each,
-- but at least one event. `part` is the place in the arrays; `found` tells whether $5 cut the page.
select part, found, position, stream, revision, event_id, type, schema_version, data, metadata,
  to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
from unnest($1::text[], $2::integer[], $3::integer[]) with ordinality as asked (asked_stream, first, last, part)
cross join lateral (
  select *, count(*) over () as found, row_number() over page as n,
    sum(pg_column_size(data) + pg_column_size(metadata)) over page as bytes
  from (
    select * from inquest.events
    where stream = asked_stream and revision between first and last
    order by revision limit $4
  ) within
  window page as (order by revision rows unbounded preceding)
) measured
where n = 1 or bytes <= $5
order by part, revision
