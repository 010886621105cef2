"""What schemathesis cannot know from the document alone: which ids exist, and how JavaScript's patterns read in Python.

The run is told by INQUEST_FUZZ_IDS, a JSON file of ids by kind (fuzz.mjs writes it).
"""

import json
import os
import re
import zlib

import schemathesis

with open(os.environ["INQUEST_FUZZ_IDS"], encoding="utf-8") as file:
    IDS = json.load(file)

UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
POSITION = re.compile("0|[1-9][0-9]*")
KIND_OF_MEMBER = {
    "allegationId": "allegation",
    "duplicateOf": "allegation",
    "incidentId": "incident",
    "into": "incident",
    "evidenceId": "evidence",
    "reportEvidenceId": "evidence",
    "providerConsentEvidenceId": "evidence",
}

# Text that is not blank and has no control characters. The generator knows neither lookahead nor surrogates, which no
# text of Python's has; this is the same without them.
BLANK_FREE = r"^(?=[\s\S]*\S)[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\uD800-\uDFFF]*$"
BLANK_FREE_HERE = (
    r"^[\t\n\r \u00A0\u2000-\u200A\u3000]*[^\s\u0000-\u001F\u007F][^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]*$"
)


@schemathesis.hook
def before_load_schema(context, raw_schema):
    for schema in schemas_in(raw_schema):
        if schema.get("pattern") == BLANK_FREE:
            schema["pattern"] = BLANK_FREE_HERE


@schemathesis.hook
def before_call(context, case, kwargs):
    """Most ids become ids of something that is there: a random one only ever finds that nothing is."""
    parameters = case.path_parameters
    if isinstance(parameters, dict) and "id" in parameters:
        kind = case.operation.path.split("/")[2].removesuffix("s")
        parameters["id"] = existing(parameters["id"], kind)
    case.body = with_existing_ids(case.body, None)
    # A position that the log will never reach is waited for, two seconds each.
    position = (case.headers or {}).get("Inquest-Position")
    if isinstance(position, str) and POSITION.fullmatch(position):
        case.headers["Inquest-Position"] = "1"


def with_existing_ids(value, name):
    if isinstance(value, dict):
        return {key: with_existing_ids(member, key) for key, member in value.items()}
    if isinstance(value, list):
        return [with_existing_ids(member, name) for member in value]
    return existing(value, KIND_OF_MEMBER.get(name, "others"))


def existing(value, kind):
    """One of the ids that exist, for three of four UUIDs; always the same for the same one."""
    if not isinstance(value, str) or not UUID.fullmatch(value):
        return value
    drawn = zlib.crc32(value.encode())
    ids = IDS.get(kind, [])
    return value if drawn % 4 == 0 or not ids else ids[drawn // 4 % len(ids)]


def schemas_in(value):
    if isinstance(value, dict):
        yield value
    for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from schemas_in(member)
