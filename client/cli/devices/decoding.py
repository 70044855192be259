"""``chevet devices decode``: what a recording says, one JSON object a line."""

import argparse
import json
import re
import sys
from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

from client.catalogue import Catalogue
from client.cli.devices.inputs import read_recording, words_checked
from client.cli.devices.output import iso, print_line
from client.errors import UsageError
from devices import registry
from devices.driver import ModelAware
from devices.readings import Event, LabResult, Reading, Resynced
from devices.recording import decode, model_named


def decode_file(args: argparse.Namespace, say: Catalogue) -> int:
    """One JSON object a line for every reading of a recording."""
    with words_checked(say):
        driver = registry.load(args.driver)()
    recording = read_recording(args.file, say, is_hex=args.hex)
    model = args.model
    if model is None and isinstance(driver, ModelAware):
        model = model_named(f"{recording.comments}\n{args.file.name}", driver.MODELS)
        if model is not None:
            sys.stderr.write(say("cli.devices.decode.assumed", model=model) + "\n")
    started_at = _start(args.start, recording.started_at, args.file, say)
    events = decode(args.driver, recording.data, started_at, model, recording.slices)
    print_events(events, say, is_all=args.all)
    return 0


def _start(text: str | None, noted: datetime | None, path: Path, say: Catalogue) -> datetime:
    """The recording's first moment: as given, else as noted in it, else the file's own time."""
    if text is None and noted is not None:
        return noted
    if text is None:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        start = None
    if start is None or start.tzinfo is None:
        raise UsageError(say("cli.devices.decode.bad_start", text=text))
    return start.astimezone(UTC)


def print_events(events: Iterable[Event], say: Catalogue, *, is_all: bool = False) -> None:
    """One JSON object a line; what was skipped is said beside."""
    skipped = 0
    for event in events:
        if isinstance(event, Resynced):
            skipped += event.dropped
        elif isinstance(event, Reading | LabResult):
            print_line(json.dumps(_spoken(event)))
        elif is_all:
            print_line(json.dumps(_plain(event)))
    if skipped:
        sys.stderr.write(say("cli.devices.decode.skipped", count=skipped) + "\n")


def _spoken(reading: Reading | LabResult) -> dict[str, object]:
    """What is said of every value, then what only some have."""
    if isinstance(reading, Reading):
        named: dict[str, object] = {"vital": reading.vital.code, "value": reading.value}
        named["unit"] = reading.vital.ucum
        named_also = {"sent_as": reading.sent_as}
    else:
        named = {"vital": "lab", "test": reading.test, "value": reading.value}
        named["unit"] = reading.unit
        named_also = {
            "loinc": reading.loinc,
            "reference_range": reading.reference_range,
            "flags": reading.flags,
        }
    always = {"quality": reading.quality.value, "taken_at": iso(reading.taken_at)}
    sometimes = {
        "origin": reading.origin.value,
        "record": reading.record,
        "measured_at": reading.measured_at.isoformat() if reading.measured_at else None,
        "marks": sorted(reading.marks) or None,
    } | named_also
    return named | always | {key: word for key, word in sometimes.items() if word is not None}


def _plain(event: Event) -> dict[str, object]:
    """Any other event as JSON: its kind, then its fields; bytes as hexadecimal."""
    kind = re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()
    plain: dict[str, object] = {"event": kind}
    for field in fields(event):
        value = getattr(event, field.name)
        if isinstance(value, datetime):
            value = iso(value)
        elif isinstance(value, bytes):
            value = value.hex()
        plain[field.name] = value
    return plain
