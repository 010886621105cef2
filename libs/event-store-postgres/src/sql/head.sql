select coalesce(max(position), 0) from inquest.events
