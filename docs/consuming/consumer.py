"""Keeps a board of the cases of an Inquest installation, from its public topic of investigations, in SQLite.

    pip install confluent-kafka
    KAFKA_BROKERS=localhost:9092 python consumer.py board.sqlite

KAFKA_USERNAME and KAFKA_PASSWORD sign in to brokers that ask for it, over TLS. INQUEST_URL and INQUEST_TOKEN (of a
ServiceConsumer) let it catch up when it was away for longer than the topic keeps its records.
"""

import json
import os
import signal
import sqlite3
import sys
from urllib.request import Request, urlopen

from confluent_kafka import Consumer, TopicPartition

TOPIC = os.environ.get("TOPIC", "inquest.public.investigation.v1")
SIGN_IN = {
    "security.protocol": "SASL_SSL",
    "sasl.mechanism": "SCRAM-SHA-512",
    "sasl.username": os.environ.get("KAFKA_USERNAME"),
    "sasl.password": os.environ.get("KAFKA_PASSWORD"),
}
TABLES = """
CREATE TABLE IF NOT EXISTS cases (stream TEXT PRIMARY KEY, position INTEGER NOT NULL, stage TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS progress (
  partition INTEGER PRIMARY KEY, next_offset INTEGER NOT NULL, position INTEGER NOT NULL);
"""

# The stage of a case after an event of this type. All other types, and members not named here, are passed over.
STAGE_AFTER = {
    "InvestigationOpened": lambda data: "opened",
    "InvestigationAdvanced": lambda data: data["to"],
    "InvestigationReturned": lambda data: data["to"],
    "InvestigationSuspended": lambda data: "suspended",
    "InvestigationResumed": lambda data: data["to"],
    "InvestigationClosed": lambda data: "closed",
    "InvestigationReopened": lambda data: "preliminaryExamination",
}


def take(database, kind, stream, position, data):
    """A repeat changes nothing: it is not past the position that the row has."""
    if kind not in STAGE_AFTER:
        return
    database.execute(
        """INSERT INTO cases VALUES (?, ?, ?)
           ON CONFLICT (stream) DO UPDATE SET position = excluded.position, stage = excluded.stage
           WHERE cases.position < excluded.position""",
        (stream, position, STAGE_AFTER[kind](data)),
    )


def catch_up(database, after):
    """Takes everything after a position from the API: the same events, whatever the topic still has."""
    url, token = os.environ["INQUEST_URL"], os.environ["INQUEST_TOKEN"]
    while after is not None:
        request = Request(f"{url}/v1/events?limit=200&after={after}", headers={"Authorization": f"Bearer {token}"})
        with urlopen(request) as response:
            page = json.load(response)
        for event in page["items"]:
            take(database, event["type"], event["stream"], int(event["position"]), event["data"])
        after = page["next"]


def save(database, progress):
    rows = [(partition, *where) for partition, where in progress.items()]
    database.executemany("INSERT OR REPLACE INTO progress VALUES (?, ?, ?)", rows)


def make_up(database, consumer, partitions, progress):
    """What the topic lost while nobody was here. A partition may be quiet for long, and would not show it by itself."""
    for partition in partitions:
        next_offset, seen = progress.get(partition, (0, 0))
        oldest, _ = consumer.get_watermark_offsets(TopicPartition(TOPIC, partition), timeout=10)
        if oldest > next_offset:
            with database:
                catch_up(database, seen)
                progress[partition] = (oldest, seen)
                save(database, progress)


def take_records(database, records, progress):
    """One transaction for the rows and for where to go on from: a crash leaves both as they were."""
    with database:
        for record in records:
            headers = {name: value.decode() for name, value in record.headers()}
            position = int(headers["ce_position"])
            take(database, headers["ce_type"], headers["ce_subject"], position, json.loads(record.value()))
            progress[record.partition()] = (record.offset() + 1, position)
        save(database, progress)


def main():
    database = sqlite3.connect(sys.argv[1])
    database.executescript(TABLES)
    rows = database.execute("SELECT partition, next_offset, position FROM progress")
    progress = {partition: (next_offset, position) for partition, next_offset, position in rows}
    consumer = Consumer(
        {
            "bootstrap.servers": os.environ["KAFKA_BROKERS"],
            "group.id": os.environ.get("GROUP", "case-board"),
            **(SIGN_IN if "KAFKA_USERNAME" in os.environ else {}),
            # Where to go on from is in the database. What is not there any more is an error, and never passed over.
            "enable.auto.commit": False,
            "auto.offset.reset": "error",
        }
    )
    partitions = consumer.list_topics(TOPIC, timeout=10).topics[TOPIC].partitions
    make_up(database, consumer, partitions, progress)
    consumer.assign([TopicPartition(TOPIC, p, progress.get(p, (0, 0))[0]) for p in partitions])

    stopping = []
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopping.append(True))
    while not stopping:
        records = consumer.consume(num_messages=500, timeout=1)
        for record in records:
            if record.error():
                raise RuntimeError(record.error().str())
        if records:
            take_records(database, records, progress)
    consumer.close()


if __name__ == "__main__":
    main()
