select event_id from inquest.events where position = $1
