"""Which vital signs are shown, and what is said beside each, from one snapshot."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from client.catalogue import Catalogue
from client.session.snapshot import InstrumentState, InstrumentView, SiteSnapshot, VitalView
from client.ui.phrases import LIVE_WITHIN_S, NO_VALUE, freshness, plain, quantity, seconds_since
from devices.readings import Kind, Quality, Vital

_ALWAYS: Final[Mapping[Kind, tuple[Vital, ...]]] = {
    Kind.OXIMETER: (Vital.SPO2, Vital.PULSE),
    Kind.THERMOMETER: (Vital.TEMPERATURE,),
}
"""Shown with dashes before there is any value, so that nothing moves when the first one comes."""
_ALSO: Final[Mapping[Kind, tuple[Vital, ...]]] = {
    Kind.OXIMETER: (Vital.SPO2, Vital.PULSE, Vital.PERFUSION_INDEX),
    Kind.THERMOMETER: (Vital.TEMPERATURE,),
}
_IF_THERE: Final[Mapping[Kind, tuple[Vital, ...]]] = {
    Kind.BLOOD_PRESSURE: (Vital.SYSTOLIC, Vital.DIASTOLIC, Vital.PULSE),
    Kind.GLUCOMETER: (Vital.GLUCOSE, Vital.GLUCOSE_MOLAR),
    Kind.SCALE: (Vital.WEIGHT,),
    Kind.MONITOR: (
        *(Vital.HEART_RATE, Vital.SPO2, Vital.PULSE, Vital.RESPIRATION),
        *(Vital.SYSTOLIC, Vital.DIASTOLIC, Vital.TEMPERATURE, Vital.TEMPERATURE_2),
    ),
}
"""Shown once such an instrument was plugged in, and of it only what it gave."""
_AT_WORK: Final = (InstrumentState.READY, InstrumentState.MEASURING)


@dataclass(frozen=True, slots=True)
class VitalLine:
    """One vital sign, ready to be drawn."""

    name: str
    value: str
    unit: str
    quality: str
    """Empty when the signal is good."""
    fresh: str
    """Live or its age; the instrument's state when nothing was ever measured."""

    is_live: bool = False

    @property
    def has_quality_for_value(self) -> bool:
        """The instrument says at this moment why there is no value."""
        return self.is_live and self.value == NO_VALUE

    @property
    def brief(self) -> str:
        """What must be said beside the value where room is scarce."""
        return self.quality if self.has_quality_for_value else self.fresh

    @property
    def full(self) -> str:
        """All there is to say beside the value."""
        return ", ".join(filter(None, (self.quality, self.fresh)))


@dataclass(frozen=True, slots=True)
class VitalGroup:
    """The vital signs of one kind of instrument."""

    instrument: str
    status: str
    """The instrument's state, empty while it does its work."""
    warning: str
    """The quality of a value that is not good, where its line has no room for it; else empty."""
    lines: tuple[VitalLine, ...]
    has_wave: bool


def vital_groups(say: Catalogue, snapshot: SiteSnapshot, now: datetime) -> Iterator[VitalGroup]:
    """Every group, always in the same order."""
    kinds = {view.id: view.kind for view in snapshot.instruments if view.id}
    for kind, vitals in {**_ALSO, **_IF_THERE}.items():
        always = _ALWAYS.get(kind, ())
        instrument = instrument_of(snapshot, kind)
        if instrument is None and kind in _IF_THERE:
            continue
        seen = {v.vital: v for v in snapshot.vitals if kinds.get(v.instrument, kind) is kind}
        troubled = instrument is None or instrument.state not in _AT_WORK
        shown = [vital for vital in vitals if vital in always or vital in seen]
        state = say(f"site.instrument.{instrument.state if instrument else 'absent'}")
        lines = tuple(
            _line(say, vital, seen[vital], now, can_be_live=not troubled)
            if vital in seen
            else _empty_line(say, vital, "" if troubled else state)
            for vital in shown
        )
        yield VitalGroup(
            instrument=instrument_name(say, kind, instrument),
            status=state if troubled else "",
            warning=_warning(lines),
            lines=lines,
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
        return plain(instrument.model)
    facts = {"model": plain(instrument.model), "serial": plain(instrument.serial)}
    return say("site.vitals.instrument", **facts)


def _empty_line(say: Catalogue, vital: Vital, state: str) -> VitalLine:
    name, unit = say(f"site.vital.{vital.code}"), say(f"unit.{vital.ucum}")
    return VitalLine(name, NO_VALUE, unit, "", state)


def _warning(lines: Iterable[VitalLine]) -> str:
    said = (line.quality for line in lines if line.quality and not line.has_quality_for_value)
    return next(said, "")


def _line(
    say: Catalogue, vital: Vital, view: VitalView, now: datetime, *, can_be_live: bool
) -> VitalLine:
    name = say(f"site.vital.{vital.code}")
    unit = say(f"unit.{vital.ucum}")
    quality = "" if view.quality is Quality.GOOD else say(f"quality.{view.quality}")
    is_live = view.is_live and can_be_live and seconds_since(view.taken_at, now) < LIVE_WITHIN_S
    fresh = freshness(say, view.taken_at, now, is_live=is_live)
    return VitalLine(name, quantity(say, vital, view.value), unit, quality, fresh, is_live)
