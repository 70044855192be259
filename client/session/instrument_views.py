"""Instruments as a screen sees them: what they are, what they do, what they gave."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from devices.readings import CuffPressure, Kind, LabResult, Mark, Origin, Progress, Quality, Vital


class InstrumentState(StrEnum):
    """What an instrument is doing, as far as the site can tell."""

    CONNECTING = "connecting"
    READY = "ready"
    MEASURING = "measuring"
    UNPLUGGED = "unplugged"
    REFUSED = "refused"
    """It said it is a model this driver does not know; it is left alone."""
    SILENT = "silent"
    """The port is open and nothing understandable comes."""
    LISTENING = "listening"
    """A stethoscope which the GP hears live in place of the voice."""


@dataclass(frozen=True, slots=True)
class InstrumentView:
    """One instrument given to the site."""

    driver: str
    kind: Kind
    model: str
    serial: str | None
    port: str
    state: InstrumentState
    firmware: str | None = None
    id: int = 0
    """Its own as long as the consultation lasts, wherever it is plugged in."""
    work: CuffPressure | Progress | None = None
    """How far what it does has come; no reading."""
    work_at: datetime | None = None
    """When it said so last."""


class PortState(StrEnum):
    """What is known of a port at which no instrument is known."""

    LOOKING = "looking"
    """Who is there is being found out."""
    UNKNOWN = "unknown"
    """Nobody we know."""
    UNDECIDED = "undecided"
    """Several drivers understand it; nothing is guessed."""


@dataclass(frozen=True, slots=True)
class PortView:
    """A port somebody plugged in, while no instrument is known there."""

    name: str
    state: PortState
    drivers: tuple[str, ...] = ()
    """Those that all understand it."""


@dataclass(frozen=True, slots=True)
class VitalView:
    """The latest word on one vital sign."""

    vital: Vital
    value: float | None
    quality: Quality
    model: str
    taken_at: datetime
    is_live: bool
    """It comes from an instrument that is still sending; else it is only as fresh as its age."""
    instrument: int = 0
    """`InstrumentView.id`."""
    serial: str | None = None
    origin: Origin = Origin.LIVE
    record: int | None = None
    """What one instrument measured together shares it."""
    measured_at: datetime | None = None
    """What the instrument's own clock said, naive."""
    marks: frozenset[Mark] = frozenset()
    sent_as: str | None = None


@dataclass(frozen=True, slots=True)
class ResultView:
    """One result of a laboratory test."""

    result: LabResult
    model: str
    serial: str | None
