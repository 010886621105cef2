#!/bin/sh
# Keeps the events of the cases of an Inquest installation, from its public topic of investigations, as files of JSON lines,
# and prints the stage of each case. Run it as often as you like. Needs kcat and jq.
#
#   KAFKA_BROKERS=localhost:9092 sh consumer.sh FOLDER
#
# How to sign in to brokers that ask for it, kcat reads from ~/.config/kcat.conf.
set -eu

folder=$1
topic=${TOPIC:-inquest.public.investigation.v1}
mkdir -p "$folder"

# Headers come as a list of names and values in turn; a position may be larger than a number of jq holds, and stays text.
event='
  (.headers as $h | [range(0; $h | length; 2) | {($h[.]): $h[. + 1]}] | add) as $of
  | {offset, type: $of.ce_type, stream: $of.ce_subject, position: $of.ce_position, data: (.payload | fromjson)}'

for partition in $(kcat -L -J -b "$KAFKA_BROKERS" -t "$topic" | jq '.topics[].partitions[].partition'); do
  # A file is there whole or not at all, and says by itself where the next one begins.
  last=$(find "$folder" -name "$partition-*.ndjson" | sort | tail -n 1)
  next=0
  if [ -n "$last" ]; then next=$(tail -n 1 "$last" | jq '.offset + 1'); fi
  # Ends at the newest record, and with an error where the topic does not have the next one any more.
  kcat -C -q -e -J -b "$KAFKA_BROKERS" -t "$topic" -p "$partition" -o "$next" -X auto.offset.reset=error > "$folder/records"
  jq -c "$event" "$folder/records" > "$folder/draft"
  if [ -s "$folder/draft" ]; then mv "$folder/draft" "$folder/$partition-$(printf %020d "$next").ndjson"; fi
done
rm -f "$folder/draft" "$folder/records"

# Each position once, and in the order of the log. Types that are not named here are passed over.
find "$folder" -name '*.ndjson' -exec cat {} + | jq -s -r '
  unique_by([(.position | length), .position])
  | reduce .[] as $event ({};
      if $event.type == "InvestigationOpened" then .[$event.stream] = "opened"
      elif $event.type == "InvestigationAdvanced" or $event.type == "InvestigationReturned"
        or $event.type == "InvestigationResumed"
        then .[$event.stream] = $event.data.to
      elif $event.type == "InvestigationSuspended" then .[$event.stream] = "suspended"
      elif $event.type == "InvestigationClosed" then .[$event.stream] = "closed"
      elif $event.type == "InvestigationReopened" then .[$event.stream] = "preliminaryExamination"
      else . end)
  | to_entries[] | "\(.key) \(.value)"'
