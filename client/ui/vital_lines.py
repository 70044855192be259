"""Which vital signs are shown, and what is said beside each, from one snapshot."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from client.catalogue import Catalogue
from client.session.snapshot import InstrumentState, InstrumentView, SiteSnapshot, VitalView
from client.ui.phrases import freshness, quantity
from devices.driver import Kind
from devices.readings import Quality, Vital

_ALWAYS: Final[Mapping[Kind, tuple[Vital, ...]]] = {
    Kind.OXIMETER: (Vital.SPO2, Vital.PULSE),
    Kind.THERMOMETER: (Vital.TEMPERATURE,),
}
"""Shown with dashes before there is any value, so that nothing moves when the first one comes."""
_ALSO: Final[Mapping[Kind, tuple[Vital, ...]]] = {
    Kind.OXIMETER: (Vital.SPO2, Vital.PULSE, Vital.PERFUSION_INDEX),
    Kind.THERMOMETER: (Vital.TEMPERATURE,),
}
_AT_WORK: Final = (InstrumentState.READY, InstrumentState.MEASURING)


@dataclass(frozen=True, slots=True)
class VitalLine:
    """One vital sign, ready to be drawn."""

    name: str
    value: str
    unit: str
    note: str
    """Quality where it matters, and freshness; the instrument's state when there is no value."""


@dataclass(frozen=True, slots=True)
class VitalGroup:
    """The vital signs of one kind of instrument."""

    instrument: str
    lines: tuple[VitalLine, ...]
    has_wave: bool


def vital_groups(say: Catalogue, snapshot: SiteSnapshot, now: datetime) -> Iterator[VitalGroup]:
    """Every group, always in the same order."""
    seen = {view.vital: view for view in snapshot.vitals}
    for kind, always in _ALWAYS.items():
        instrument = instrument_of(snapshot, kind)
        shown = [vital for vital in _ALSO[kind] if vital in always or vital in seen]
        yield VitalGroup(
            instrument_name(say, kind, instrument),
            tuple(_line(say, vital, seen.get(vital), instrument, now) for vital in shown),
            has_wave=kind is Kind.OXIMETER,
        )


def instrument_of(snapshot: SiteSnapshot, kind: Kind) -> InstrumentView | None:
    """The instrument of this kind; the working one where there are two."""
    own = [view for view in snapshot.instruments if view.kind is kind]
    return next((view for view in own if view.state in _AT_WORK), own[0] if own else None)


def instrument_name(say: Catalogue, kind: Kind, instrument: InstrumentView | None) -> str:
    """Its model and serial number; its kind when none is there."""
    if instrument is None:
        return say(f"kind.{kind}")
    if instrument.serial is None:
        return instrument.model
    return say("site.vitals.instrument", model=instrument.model, serial=instrument.serial)


def _line(
    say: Catalogue,
    vital: Vital,
    view: VitalView | None,
    instrument: InstrumentView | None,
    now: datetime,
) -> VitalLine:
    name = say(f"site.vital.{vital.code}")
    unit = say(f"unit.{vital.ucum}")
    troubled = instrument is None or instrument.state not in _AT_WORK
    state = say(f"site.instrument.{instrument.state if instrument else 'absent'}")
    if view is None or (view.value is None and troubled):
        return VitalLine(name, "--", unit, state)
    fresh = freshness(say, view.taken_at, now, is_live=view.is_live and not troubled)
    notes = [say(f"quality.{view.quality}")] if view.quality is not Quality.GOOD else []
    if troubled:
        notes.append(state)
    return VitalLine(name, quantity(say, vital, view.value), unit, ", ".join([*notes, fresh]))
