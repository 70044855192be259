"""One consultation, written to a folder a person chose, in formats anybody can read.

File names carry no label and nothing about the patient. What the files hold is in clear: from here
on it is the person's to protect.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import msgspec

from client.core.record import (
    ConsultationRecord,
    Direction,
    JournalEntry,
    KeptDocument,
    KeptStill,
    moment,
)
from client.core.wire import (
    AskAnswered,
    Asked,
    Card,
    Goodbye,
    Intake,
    LabResult,
    Measured,
    Message,
    StillOffered,
    StillReceived,
    Summary,
    Text,
    WordsCompared,
)
from client.errors import ChevetError
from devices.readings import Vital

_FORMAT: Final = 1
"""Raised when a field of these files changes its meaning."""

_TYPES: Final = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "text/plain": "txt",
}
"""Endings of what a GP's page sends."""
_SIDES: Final = {"site": Direction.SENT, "gp": Direction.RECEIVED}
_LOINC: Final = {vital.code: vital.loinc for vital in Vital}

M = TypeVar("M", bound=Message)


class ExportExistsError(ChevetError):
    """The folder already holds an exported consultation; two are never mixed."""

    def __init__(self) -> None:
        super().__init__("the folder already holds an export")


class ExportFailedError(ChevetError):
    """The folder did not take the files; those already written were removed."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"export failed: {reason}")
        self.reason = reason


def export_consultation(record: ConsultationRecord, folder: Path) -> list[Path]:
    """Write the record into this folder, made if needed; returns the files. Blocking.

    Raises `ExportExistsError` if any of them is there already, `ExportFailedError`.
    """
    written: list[Path] = []
    try:
        for name, data in _files(record).items():
            _create(folder / name, data, written)
    except ChevetError:
        _remove(written)
        raise
    except OSError as error:
        _remove(written)
        raise ExportFailedError(error.strerror or type(error).__name__) from error
    return written


def _create(path: Path, data: bytes, written: list[Path]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        file = path.open("xb")
    except FileExistsError:
        raise ExportExistsError from None
    written.append(path)
    with file:
        file.write(data)


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _files(record: ConsultationRecord) -> dict[str, bytes]:
    summaries = [kept.message.text for kept in _kept(record, Direction.RECEIVED, Summary)]
    results = _kept(record, Direction.SENT, LabResult)
    files = {
        "record.json": _json(_overall(record), indent=2),
        "readings.jsonl": _lines(_readings(_kept(record, Direction.SENT, Measured))),
        "journal.jsonl": _lines(_journal_line(entry) for entry in record.journal),
    }
    if results:
        files["results.jsonl"] = _lines(map(_result, results))
    if summaries:
        files["summary.txt"] = (summaries[-1].removesuffix("\n") + "\n").encode()
    if record.dossier is not None:
        typed = msgspec.json.format(msgspec.json.encode(record.dossier), indent=2)
        files["dossier.json"] = typed + b"\n"
    files |= {_document_name(kept): kept.data for kept in record.documents}
    return files | {_still_name(still): still.jpeg for still in record.stills}


@dataclass(frozen=True, slots=True)
class _Kept(Generic[M]):
    message: M
    kept_at: datetime
    acknowledged_at: datetime | None


def _kept(record: ConsultationRecord, direction: Direction, kind: type[M]) -> list[_Kept[M]]:
    return [
        _Kept(kept.parcel.message, kept.kept_at, kept.acknowledged_at)
        for kept in record.parcels
        if kept.direction is direction and isinstance(kept.parcel.message, kind)
    ]


def _overall(record: ConsultationRecord) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "consultation": record.id,
        "began_at": _time(record.began_at),
        "finished_at": _time(record.finished_at),
        "reason": record.reason,
        "site": _card(record, Direction.SENT),
        "gp": _card(record, Direction.RECEIVED),
        "patient": _patient(record),
        "words_equal": {side: _words(record, direction) for side, direction in _SIDES.items()},
        "goodbyes": [
            {"from": side, "reason": kept.message.reason, "at": _time(moment(kept.message.at_ms))}
            for side, direction in _SIDES.items()
            for kept in _kept(record, direction, Goodbye)
        ],
        "texts": _texts(record),
        "asks": _asks(record),
        "stills": [_still(record, still) for still in record.stills],
        "documents": [_document(kept) for kept in record.documents],
        "erased_at": _time(record.erased_at),
        "journal": {
            "site_key": record.site_key.hex(),
            "origin": record.head.origin.hex(),
            "count": record.head.count,
            "hash": record.head.hash.hex(),
            "signature": record.head.signature.hex(),
        },
    }


def _card(record: ConsultationRecord, direction: Direction) -> dict[str, str] | None:
    cards = [kept.message for kept in _kept(record, direction, Card)]
    return {"name": cards[-1].name, "place": cards[-1].place} if cards else None


def _patient(record: ConsultationRecord) -> dict[str, Any] | None:
    intakes = [kept.message for kept in _kept(record, Direction.SENT, Intake)]
    if not intakes:
        return None
    last = intakes[-1]
    return {"name": last.name, "reason": last.reason, "at": _time(moment(last.at_ms))}


def _words(record: ConsultationRecord, direction: Direction) -> bool | None:
    words = [kept.message.equal for kept in _kept(record, direction, WordsCompared)]
    return words[-1] if words else None


def _texts(record: ConsultationRecord) -> list[dict[str, Any]]:
    texts = [
        (side, kept)
        for side, direction in _SIDES.items()
        for kept in _kept(record, direction, Text)
    ]
    return [
        {
            "from": side,
            "text": kept.message.text,
            "written_at": _time(moment(kept.message.written_ms)),
            "kept_at": _time(kept.kept_at),
            "acknowledged_at": _time(kept.acknowledged_at),
        }
        for side, kept in sorted(texts, key=lambda text: text[1].kept_at)
    ]


def _asks(record: ConsultationRecord) -> list[dict[str, Any]]:
    answers = {kept.message.id: kept for kept in _kept(record, Direction.SENT, AskAnswered)}
    return [
        {
            "id": kept.message.id,
            "what": kept.message.what,
            "text": kept.message.text,
            "asked_at": _time(kept.kept_at),
            "outcome": answer.message.outcome if answer else None,
            "answered_at": _time(answer.kept_at) if answer else None,
        }
        for kept in _kept(record, Direction.RECEIVED, Asked)
        for answer in [answers.get(kept.message.id)]
    ]


def _still(record: ConsultationRecord, still: KeptStill) -> dict[str, Any]:
    offers = _kept(record, Direction.SENT, StillOffered)
    receipts = _kept(record, Direction.RECEIVED, StillReceived)
    offer = next((kept.message for kept in offers if kept.message.id == still.id), None)
    receipt = next((kept for kept in receipts if kept.message.id == still.id), None)
    return {
        "id": still.id,
        "label": still.label,
        "file": _still_name(still),
        "size": len(still.jpeg),
        "width": offer.width if offer else None,
        "height": offer.height if offer else None,
        "taken_at": _time(still.taken_at),
        "sha256": still.sha256.hex(),
        "received_at": _time(receipt.kept_at) if receipt else None,
        "sha256_gp": receipt.message.sha256.hex() if receipt else None,
    }


def _document(kept: KeptDocument) -> dict[str, Any]:
    return {
        "id": kept.id,
        "label": kept.label,
        "file": _document_name(kept),
        "media_type": kept.media_type,
        "size": len(kept.data),
        "sha256": kept.sha256.hex(),
        "received_at": _time(kept.kept_at),
    }


def _document_name(kept: KeptDocument) -> str:
    return f"documents/{kept.id}.{_TYPES.get(kept.media_type, 'bin')}"


def _readings(readings: list[_Kept[Measured]]) -> Iterator[dict[str, Any]]:
    """Each with its instrument's firmware, which a stream tells only with its first value."""
    firmware: dict[tuple[str, str | None], str | None] = {}
    for kept in readings:
        instrument = kept.message.model, kept.message.serial
        firmware[instrument] = kept.message.firmware or firmware.get(instrument)
        yield _reading(kept) | {"firmware": firmware[instrument]}


def _reading(kept: _Kept[Measured]) -> dict[str, Any]:
    reading = kept.message
    return {
        "vital": reading.vital,
        "loinc": _LOINC.get(reading.vital),
        "value": reading.value,
        "unit": reading.unit,
        "sent_as": reading.sent_as,
        **_source(kept),
    }


def _result(kept: _Kept[LabResult]) -> dict[str, Any]:
    result = kept.message
    return {
        "test": result.test,
        "loinc": result.loinc,
        "value": result.value,
        "unit": result.unit,
        "reference_range": result.reference_range,
        "flags": result.flags,
        **_source(kept),
    }


def _source(kept: _Kept[Measured] | _Kept[LabResult]) -> dict[str, Any]:
    """Where a value comes from, and its times; `measured_at` is the instrument's own, zoneless."""
    said = kept.message
    return {
        "quality": said.quality,
        "origin": said.origin,
        "record": said.record,
        "marks": said.marks,
        "measured_at": said.measured_at,
        "taken_at": _time(moment(said.taken_ms)),
        "model": said.model,
        "serial": said.serial,
        "firmware": said.firmware,
        "acknowledged_at": _time(kept.acknowledged_at),
    }


def _journal_line(entry: JournalEntry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "at": _time(entry.at),
        "event": entry.event,
        "facts": dict(entry.facts),
        "previous": entry.previous.hex(),
        "hash": entry.hash.hex(),
        "signature": entry.signature.hex(),
    }


_ENDINGS: Final = {b"\x1aE\xdf\xa3": "webm", b"fLaC": "flac"}
"""How clips (EBML) and sounds (RFC 9639, 6) begin; anything else is a picture."""


def _still_name(still: KeptStill) -> str:
    found = (ending for start, ending in _ENDINGS.items() if still.jpeg.startswith(start))
    return f"stills/{still.id}.{next(found, 'jpg')}"


def _time(at: datetime | None) -> str | None:
    """RFC 3339, UTC, to the millisecond: exactly what the journal's hashes are made of."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _lines(items: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(_json(item) for item in items)


def _json(value: dict[str, Any], indent: int | None = None) -> bytes:
    return (json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent) + "\n").encode()
