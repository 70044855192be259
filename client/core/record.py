"""What the record of one consultation holds, as typed values: no file, no database, no key.

`client.store` keeps and gives these back; `client.exports` writes them to a folder.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from client.core.dossier.file import Dossier
from client.core.wire import Parcel

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""chosen: the calendar's last year, less what a time zone may add."""
_LATEST_MS: Final = (_LATEST - _EPOCH) // timedelta(milliseconds=1)


def milliseconds(at: datetime) -> int:
    """UTC milliseconds since 1970, rounded down; `ValueError` for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    return (at - _EPOCH) // timedelta(milliseconds=1)


def moment(at_ms: int) -> datetime:
    """The UTC time of this many milliseconds since 1970.

    A peer may say any number: beyond the calendar's end it is the last time that can be shown.
    """
    return _EPOCH + timedelta(milliseconds=min(at_ms, _LATEST_MS))


class Direction(StrEnum):
    """Which way a parcel went, seen from the site."""

    SENT = "sent"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class KeptParcel:
    """A durable message as it was said, and when the other end had it."""

    parcel: Parcel = field(repr=False)
    direction: Direction
    kept_at: datetime
    acknowledged_at: datetime | None
    """When the GP's receipt came; always `None` for what was received."""


@dataclass(frozen=True, slots=True)
class KeptStill:
    """A full-quality picture, byte for byte as the instrument made it."""

    id: int
    label: str = field(repr=False)
    jpeg: bytes = field(repr=False)
    sha256: bytes
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A file that came from the GP, byte for byte: a prescription, an annotated still."""

    id: int
    """As the GP's `client.core.wire.StillOffered` numbers it."""
    label: str = field(repr=False)
    media_type: str
    data: bytes = field(repr=False)
    sha256: bytes
    kept_at: datetime


@dataclass(frozen=True, slots=True)
class EarlierValue:
    """One vital of an earlier consultation of the same patient, vouched for by its instrument."""

    consultation: int
    vital: str
    """`devices.readings.Vital` code."""
    value: float = field(repr=False)
    unit: str
    """UCUM."""
    taken_at: datetime
    model: str


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One line of the journal; see `client.store.journal` for how it is chained and signed."""

    number: int
    """Counts the consultation's lines from 1."""
    at: datetime
    event: str
    """A `client.store.journal.JournalEvent` (a `client.store.site_journal.SiteEvent` in the site's
    own), or one that a newer version has added."""
    facts: Mapping[str, str | int]
    previous: bytes
    """Hash of the line before; the journal's origin for the first."""
    hash: bytes
    signature: bytes
    """The site's Ed25519 signature of this line alone."""


@dataclass(frozen=True, slots=True)
class JournalHead:
    """The site's signed word on how long the journal is."""

    origin: bytes
    """What the first line is chained to; names the consultation."""
    count: int
    hash: bytes
    """Hash of the last line; the origin while there is none."""
    signature: bytes


@dataclass(frozen=True, slots=True)
class ConsultationOverview:
    """One consultation as a list shows it."""

    id: int
    began_at: datetime
    finished_at: datetime | None
    reason: str | None
    patient_name: str = field(repr=False)
    """Empty before the intake."""
    readings: int
    """How many were sent."""
    stills: int
    unacknowledged: int
    """Messages the GP never confirmed having."""
    complaint: str = field(default="", repr=False)
    """Why the patient came, as far as a line shows it."""
    is_training: bool = False
    erased_at: datetime | None = None
    """When the patient's values were removed; the journal and the fact of the act stay."""


@dataclass(frozen=True, slots=True)
class ConsultationRecord:
    """Everything that was kept of one consultation."""

    id: int
    began_at: datetime
    finished_at: datetime | None
    reason: str | None
    """Why it ended: ``finished``, ``unsuitable``, ``words_differ`` or the name of a trust error."""
    site_key: bytes
    """Ed25519 public key the journal is signed with."""
    parcels: tuple[KeptParcel, ...]
    """What was sent, then what was received, each by number."""
    stills: tuple[KeptStill, ...]
    journal: tuple[JournalEntry, ...]
    head: JournalHead
    dossier: Dossier | None = None
    """`None` for a consultation from before there were any, or without a step done."""
    documents: tuple[KeptDocument, ...] = ()
    """What came from the GP, by id."""
    erased_at: datetime | None = None
    """As `ConsultationOverview.erased_at`."""
