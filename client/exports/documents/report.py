"""The typed report of one consultation (rules-fr.md, d-5, d-21 and d-23)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from client.core.dossier.file import Dossier
from client.core.incidents import Incident
from devices.readings import Mark, Origin, Quality, Vital


@dataclass(frozen=True, slots=True)
class GeneralPractitioner:
    """The doctor at the other end, as they presented themselves."""

    name: str
    place: str = ""
    role: str = ""
    rpps: str = ""
    """As the GP's page said it; empty when it said none. Nobody but a signature proves it."""


@dataclass(frozen=True, slots=True)
class Times:
    """Date and time of the act (d-5), UTC."""

    began_at: datetime
    linked_at: datetime | None
    """When the two ends first saw and heard each other; `None`: never."""
    ended_at: datetime | None
    """`None`: the consultation is still open."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """What measured."""

    model: str
    serial: str | None = None
    firmware: str | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """One number an instrument vouched for, in the vital sign's unit."""

    vital: Vital
    number: float = field(repr=False)
    quality: Quality
    sent_as: str | None = field(default=None, repr=False)
    """Value and unit as the instrument sent them, where the unit is another."""


@dataclass(frozen=True, slots=True)
class Live:
    """The course of one live value over the consultation: only what the instrument vouched for."""

    count: int
    first_at: datetime
    lowest: float = field(repr=False)
    highest: float = field(repr=False)


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one instrument measured together: a blood pressure is one, with all its values.

    Of a live value, the last one of the consultation.
    """

    values: tuple[Value, ...]
    instrument: Instrument
    origin: Origin
    received_at: datetime
    """When the site received it, UTC."""
    measured_at: str | None
    """What the instrument's own clock said, ISO 8601 without a zone; not for order."""
    marks: tuple[Mark, ...] = ()
    live: Live | None = None
    """Of `Origin.LIVE` only."""


@dataclass(frozen=True, slots=True)
class NoValue:
    """A vital sign this instrument tried and never vouched for in the whole consultation."""

    vital: Vital
    instrument: Instrument
    quality: Quality
    """Why, the last time."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Analysis:
    """One result of a laboratory test, in the analyser's own words."""

    test: str
    value: str = field(repr=False)
    unit: str | None
    reference_range: str | None
    flags: str | None
    loinc: str | None
    instrument: Instrument
    origin: Origin
    received_at: datetime
    measured_at: str | None


@dataclass(frozen=True, slots=True)
class ChosenStill:
    """A still, clip or sound the GP chose for the document."""

    id: int
    label: str = field(repr=False)
    media_type: str
    sha256: bytes
    """Of the original bytes, as the instrument made them."""
    taken_at: datetime | None
    data: bytes = field(repr=False)
    """The original; empty when the record does not hold it, which the document must say."""
    is_refused: bool = False
    """The patient wants it to go no further (d-10): held, and not in the document."""


@dataclass(frozen=True, slots=True)
class ReceivedDocument:
    """A file of the GP's: a prescription, an annotated still. Never opened or changed (d-25)."""

    id: int
    label: str = field(repr=False)
    media_type: str
    sha256: bytes
    data: bytes = field(repr=False)
    """Empty: it was announced and has not come whole."""


class SignatureState(StrEnum):
    """What is known of the GP's signature under the summary."""

    NONE = "none"
    UNCHECKED = "unchecked"
    """There is one; whoever built this report had no key to check it with."""
    VALID = "valid"
    """By the key that was agreed with in this consultation."""
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class SummaryText:
    """The GP's summary: the last one that came."""

    text: str = field(repr=False)
    written_at: datetime
    received_at: datetime
    template: str
    signature: SignatureState


@dataclass(frozen=True, slots=True)
class JournalSeal:
    """What ties a paper to the journal: verify it with ``chevet records verify``."""

    count: int
    """Lines when the document was made."""
    hash: bytes
    """Of the last of them."""
    site_key: bytes


@dataclass(frozen=True, slots=True)
class ConsultationReport:
    """Everything a document says of a consultation."""

    consultation: int
    site_name: str
    site_place: str
    dossier: Dossier | None
    """Who accompanied, identity, consent, background, ending; `None` in records of before."""
    patient_name: str = field(repr=False)
    """As sent to the GP; the dossier's traits, if there are any, say it better."""
    reason: str = field(repr=False)
    gp: GeneralPractitioner | None
    """`None`: nobody came."""
    times: Times
    end_reason: str | None
    """`client.core.record.ConsultationRecord.reason`."""
    measurements: tuple[Measurement, ...]
    """In the order of a clinical note, then of time."""
    without_value: tuple[NoValue, ...]
    analyses: tuple[Analysis, ...]
    stills: tuple[ChosenStill, ...]
    """In the GP's order."""
    summary: SummaryText | None
    documents: tuple[ReceivedDocument, ...]
    incidents: tuple[Incident, ...]
    seal: JournalSeal
    question: str = field(default="", repr=False)
    """Of a deferred expertise."""
