"""One consultation, written to a folder a person chose, in formats anybody can read.

File names carry no label and nothing about the patient. What the files hold is in clear: from here
on it is the person's to protect.
"""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

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
    StillOffered,
    StillReceived,
    Summary,
    Text,
    WordsCompared,
)
from client.errors import ChevetError
from client.exports.folder_messages import messages_of
from client.exports.folder_values import kept_of, readings_of, result_of, time_of

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
    """A new file for its owner alone, as its folder is where there was none."""
    path.parent.parent.mkdir(parents=True, exist_ok=True)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        file = open(path, "xb", opener=_own)  # noqa: SIM115 -- `Path.open` takes no opener
    except FileExistsError:
        raise ExportExistsError from None
    written.append(path)
    with file:
        file.write(data)


def _own(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _files(record: ConsultationRecord) -> dict[str, bytes]:
    summaries = [kept.message.text for kept in kept_of(record, Direction.RECEIVED, Summary)]
    results = kept_of(record, Direction.SENT, LabResult)
    files = {
        "record.json": _json(_overall(record), indent=2),
        "readings.jsonl": _lines(readings_of(kept_of(record, Direction.SENT, Measured))),
        "messages.jsonl": _lines(messages_of(record)),
        "journal.jsonl": _lines(_journal_line(entry) for entry in record.journal),
    }
    if results:
        files["results.jsonl"] = _lines(map(result_of, results))
    if summaries:
        files["summary.txt"] = (summaries[-1].removesuffix("\n") + "\n").encode()
    if record.dossier is not None:
        typed = msgspec.json.format(msgspec.json.encode(record.dossier), indent=2)
        files["dossier.json"] = typed + b"\n"
    files |= {_document_name(kept): kept.data for kept in record.documents}
    return files | {_still_name(still): still.jpeg for still in record.stills}


def _overall(record: ConsultationRecord) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "consultation": record.id,
        "began_at": time_of(record.began_at),
        "finished_at": time_of(record.finished_at),
        "reason": record.reason,
        "site": _card(record, Direction.SENT),
        "gp": _card(record, Direction.RECEIVED),
        "patient": _patient(record),
        "words_equal": {side: _words(record, direction) for side, direction in _SIDES.items()},
        "goodbyes": [
            {"from": side, "reason": kept.message.reason, "at": time_of(moment(kept.message.at_ms))}
            for side, direction in _SIDES.items()
            for kept in kept_of(record, direction, Goodbye)
        ],
        "texts": _texts(record),
        "asks": _asks(record),
        "stills": [_still(record, still) for still in record.stills],
        "documents": [_document(kept) for kept in record.documents],
        "erased_at": time_of(record.erased_at),
        "journal": {
            "site_key": record.site_key.hex(),
            "origin": record.head.origin.hex(),
            "count": record.head.count,
            "hash": record.head.hash.hex(),
            "signature": record.head.signature.hex(),
        },
    }


def _card(record: ConsultationRecord, direction: Direction) -> dict[str, str] | None:
    cards = [kept.message for kept in kept_of(record, direction, Card)]
    return {"name": cards[-1].name, "place": cards[-1].place} if cards else None


def _patient(record: ConsultationRecord) -> dict[str, Any] | None:
    intakes = [kept.message for kept in kept_of(record, Direction.SENT, Intake)]
    if not intakes:
        return None
    last = intakes[-1]
    return {"name": last.name, "reason": last.reason, "at": time_of(moment(last.at_ms))}


def _words(record: ConsultationRecord, direction: Direction) -> bool | None:
    words = [kept.message.equal for kept in kept_of(record, direction, WordsCompared)]
    return words[-1] if words else None


def _texts(record: ConsultationRecord) -> list[dict[str, Any]]:
    texts = [
        (side, kept)
        for side, direction in _SIDES.items()
        for kept in kept_of(record, direction, Text)
    ]
    return [
        {
            "from": side,
            "text": kept.message.text,
            "written_at": time_of(moment(kept.message.written_ms)),
            "kept_at": time_of(kept.kept_at),
            "acknowledged_at": time_of(kept.acknowledged_at),
        }
        for side, kept in sorted(texts, key=lambda text: text[1].kept_at)
    ]


def _asks(record: ConsultationRecord) -> list[dict[str, Any]]:
    answers = {kept.message.id: kept for kept in kept_of(record, Direction.SENT, AskAnswered)}
    return [
        {
            "id": kept.message.id,
            "what": kept.message.what,
            "text": kept.message.text,
            "asked_at": time_of(kept.kept_at),
            "outcome": answer.message.outcome if answer else None,
            "answered_at": time_of(answer.kept_at) if answer else None,
        }
        for kept in kept_of(record, Direction.RECEIVED, Asked)
        for answer in [answers.get(kept.message.id)]
    ]


def _still(record: ConsultationRecord, still: KeptStill) -> dict[str, Any]:
    offers = kept_of(record, Direction.SENT, StillOffered)
    receipts = kept_of(record, Direction.RECEIVED, StillReceived)
    offer = next((kept.message for kept in offers if kept.message.id == still.id), None)
    receipt = next((kept for kept in receipts if kept.message.id == still.id), None)
    return {
        "id": still.id,
        "label": still.label,
        "file": _still_name(still),
        "size": len(still.jpeg),
        "width": offer.width if offer else None,
        "height": offer.height if offer else None,
        "taken_at": time_of(still.taken_at),
        "sha256": still.sha256.hex(),
        "received_at": time_of(receipt.kept_at) if receipt else None,
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
        "received_at": time_of(kept.kept_at),
    }


def _document_name(kept: KeptDocument) -> str:
    return f"documents/{kept.id}.{_TYPES.get(kept.media_type, 'bin')}"


def _journal_line(entry: JournalEntry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "at": time_of(entry.at),
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


def _lines(items: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(_json(item) for item in items)


def _json(value: dict[str, Any], indent: int | None = None) -> bytes:
    return (json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent) + "\n").encode()
