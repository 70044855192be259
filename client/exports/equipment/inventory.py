"""The site's inventory, kept by hand in one TOML file and completed with what the records saw.

`example` gives a documented file to begin with. Nothing of it is about a patient.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Final

import msgspec

from client.core.record import ConsultationRecord, Direction, moment
from client.core.wire import LabResult, Measured
from client.errors import ChevetError
from devices.readings import Kind, Vital

_log = logging.getLogger(__name__)

SIZE_LIMIT: Final = 1_000_000
"""Bytes; chosen: thousands of instruments."""


class InventoryError(ChevetError):
    """The file is not an inventory."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"not an inventory: {reason}")
        self.reason = reason


class InventoryUnreadableError(InventoryError):
    """There is no such file, or it cannot be read; `reason` is the system's, for the log alone."""


@dataclass(frozen=True, slots=True)
class Equipment:
    """One medical device of the site (rules-fr.md, d-32)."""

    model: str
    kind: Kind | None = None
    """`None`: not said."""
    maker: str = ""
    serial: str = ""
    udi: str = ""
    """Unique device identification, as printed on the device; empty when not known."""
    calibrated_on: date | None = None
    disinfected_on: date | None = None
    seen_at: datetime | None = None
    """When a record last has a value of it; never read from the file."""
    is_declared: bool = True
    """False: nobody wrote it down, a record saw it."""


@dataclass(frozen=True, slots=True)
class Site:
    """The place and who answers for it."""

    name: str
    address: str
    responsible: str
    finess: str = ""
    responsible_rpps: str = ""
    opening_hours: tuple[str, ...] = ()
    accessibility: str = ""


@dataclass(frozen=True, slots=True)
class Inventory:
    """A site and its equipment."""

    site: Site
    equipment: tuple[Equipment, ...] = ()


def example() -> str:
    """A file to begin with; every field is explained in it."""
    return (files(__package__) / "inventory.toml").read_text(encoding="utf-8")


def read(path: Path) -> Inventory:
    """The inventory in this file. Blocking; `InventoryError`."""
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        _log.warning("an inventory was not read: %s", reason)
        raise InventoryUnreadableError(reason) from error
    return parsed(data)


def parsed(data: bytes) -> Inventory:
    """The inventory these bytes of TOML are; `InventoryError`."""
    if len(data) > SIZE_LIMIT:
        raise InventoryError(f"> {SIZE_LIMIT} bytes")
    try:
        inventory = msgspec.toml.decode(data, type=Inventory)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InventoryError(str(error)) from error
    written = (replace(one, seen_at=None, is_declared=True) for one in inventory.equipment)
    return replace(inventory, equipment=tuple(written))


def completed(inventory: Inventory, records: Iterable[ConsultationRecord]) -> Inventory:
    """The same, with when each was last seen, and what is in the records and not in the file."""
    seen = _seen(records)
    listed: list[Equipment] = []
    for one in inventory.equipment:
        key = _key(one.model, one.serial)
        found = seen.pop(key, None)
        listed.append(replace(one, seen_at=found.seen_at) if found else one)
    others = sorted(seen.values(), key=lambda one: (one.model, one.serial))
    return replace(inventory, equipment=(*listed, *others))


Key = tuple[str, str]


def _key(model: str, serial: str) -> Key:
    """What makes two names one instrument, however they were typed."""
    return ("".join(model.casefold().split()), "".join(serial.casefold().split()))


def _seen(records: Iterable[ConsultationRecord]) -> dict[Key, Equipment]:
    found: dict[Key, Equipment] = {}
    for record in records:
        if record.dossier is not None and record.dossier.is_training:
            continue
        for said in _said(record):
            key = _key(said.model, said.serial or "")
            at = moment(said.taken_ms)
            known = found.get(key)
            if known is None or known.seen_at is None or known.seen_at < at:
                found[key] = _equipment(said, at)
    return found


def _said(record: ConsultationRecord) -> list[Measured | LabResult]:
    sent = (kept for kept in record.parcels if kept.direction is Direction.SENT)
    messages = (kept.parcel.message for kept in sent)
    return [said for said in messages if isinstance(said, Measured | LabResult)]


def _equipment(said: Measured | LabResult, at: datetime) -> Equipment:
    kind = Kind.ANALYSER if isinstance(said, LabResult) else _KINDS.get(said.vital)
    return Equipment(
        model=said.model, kind=kind, serial=said.serial or "", seen_at=at, is_declared=False
    )


_KINDS: Final = {
    Vital.SPO2.code: Kind.OXIMETER,
    Vital.TEMPERATURE.code: Kind.THERMOMETER,
    Vital.SYSTOLIC.code: Kind.BLOOD_PRESSURE,
    Vital.DIASTOLIC.code: Kind.BLOOD_PRESSURE,
    Vital.GLUCOSE.code: Kind.GLUCOMETER,
    Vital.GLUCOSE_MOLAR.code: Kind.GLUCOMETER,
    Vital.WEIGHT.code: Kind.SCALE,
}
"""What gives this value, where it leaves no doubt; a monitor gives several."""
