"""Which vital signs are shown, and what is said beside each, from one snapshot."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from client.catalogue import Catalogue
from client.session.snapshot import InstrumentState, InstrumentView, SiteSnapshot, VitalView
from client.ui.phrases import (
    LIVE_WITHIN_S,
    NO_VALUE,
    age,
    freshness,
    notes,
    plain,
    quality_words,
    quantity,
    seconds_since,
    time_of_day,
)
from devices.readings import CuffPressure, Kind, Origin, Progress, Quality, Vital

_ALWAYS: Final[Mapping[Kind, tuple[Vital, ...]]] = {
    Kind.OXIMETER: (Vital.SPO2, Vital.PULSE),
    Kind.THERMOMETER: (Vital.TEMPERATURE,),
}
"""Shown with dashes before there is any value, so that nothing moves when the first one comes."""
_KINDS: Final = (
    *(Kind.OXIMETER, Kind.THERMOMETER, Kind.BLOOD_PRESSURE),
    *(Kind.GLUCOMETER, Kind.SCALE, Kind.MONITOR),
)
"""Whose values are shown, in this order; of other kinds there are none."""
_GIVEN_BY: Final[Mapping[Vital, Kind]] = {
    Vital.SPO2: Kind.OXIMETER,
    Vital.PULSE: Kind.OXIMETER,
    Vital.PERFUSION_INDEX: Kind.OXIMETER,
    Vital.TEMPERATURE: Kind.THERMOMETER,
}
"""Who gives it, where nothing tells which instrument it was."""
_ORDER: Final = (
    *(Vital.SPO2, Vital.HEART_RATE, Vital.PULSE, Vital.PERFUSION_INDEX, Vital.RESPIRATION),
    *(vital for vital in Vital),
)
_OF_A_PRESSURE: Final = (Vital.DIASTOLIC, Vital.MEAN_PRESSURE, Vital.PULSE, Vital.HEART_RATE)
_AT_WORK: Final = (InstrumentState.READY, InstrumentState.MEASURING)
WORKING_WITHIN_S: Final = 5
"""chosen: a cuff tells its pressure each second; what it said earlier is no progress any more."""


@dataclass(frozen=True, slots=True)
class VitalLine:
    """One vital sign, ready to be drawn; a blood pressure is one with all measured with it."""

    name: str
    value: str
    unit: str
    quality: str
    """Empty when the signal is good."""
    fresh: str
    """Live, measured once, or its age; the instrument's state when nothing was ever measured."""
    long_fresh: str = ""
    """The same at more length, where there is any more to say."""
    short_fresh: str = ""
    """The same where the instrument has to stand in the same line."""
    beside: str = ""
    """What was measured together with it, and what the instrument noted."""
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
    def short(self) -> str:
        """What must be said where the instrument stands in the same line."""
        return self.quality or self.short_fresh or self.fresh

    @property
    def full(self) -> str:
        """All there is to say beside the value."""
        return ", ".join(filter(None, (self.quality, self.long_fresh or self.fresh)))


@dataclass(frozen=True, slots=True)
class VitalGroup:
    """The vital signs of one instrument."""

    instrument: str
    status: str
    """The instrument's state, empty while it does its work; how far that has come, if it says."""
    warning: str
    """The quality of a value that is not good, where its line has no room for it; else empty."""
    lines: tuple[VitalLine, ...]
    has_wave: bool


def vital_groups(say: Catalogue, snapshot: SiteSnapshot, now: datetime) -> Iterator[VitalGroup]:
    """Every group, always in the same order."""
    for kind in _KINDS:
        instruments: list[InstrumentView | None] = [*_shown(snapshot, kind)]
        if not instruments and kind in _ALWAYS:
            instruments = [None]
        for place, instrument in enumerate(instruments):
            seen = list(_values(snapshot, kind, instrument))
            has_wave = kind is Kind.OXIMETER and place == 0
            yield _group(say, kind, instrument, seen, now, has_wave=has_wave)


def is_inflating(snapshot: SiteSnapshot, now: datetime) -> InstrumentView | None:
    """The instrument whose cuff is under pressure or about to be."""
    for view in snapshot.instruments:
        if isinstance(working_at(view, now), CuffPressure) or (
            view.kind is Kind.BLOOD_PRESSURE and view.state is InstrumentState.MEASURING
        ):
            return view
    return None


def working_at(view: InstrumentView, now: datetime) -> CuffPressure | Progress | None:
    """What it does, if it said so just now."""
    is_old = view.work_at is None or seconds_since(view.work_at, now) >= WORKING_WITHIN_S
    return None if is_old else view.work


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


def _shown(snapshot: SiteSnapshot, kind: Kind) -> list[InstrumentView]:
    """Those at work first; one that is gone and gave nothing has no place beside another."""
    own = [view for view in snapshot.instruments if view.kind is kind]
    own.sort(key=lambda view: view.state not in _AT_WORK)
    gave = {view.instrument for view in snapshot.vitals}
    return [
        view
        for place, view in enumerate(own)
        if place == 0 or view.state is not InstrumentState.UNPLUGGED or view.id in gave - {0}
    ]


def _values(
    snapshot: SiteSnapshot, kind: Kind, instrument: InstrumentView | None
) -> Iterator[VitalView]:
    known = {view.id for view in snapshot.instruments if view.id}
    for view in snapshot.vitals:
        if view.instrument in known:
            if instrument is not None and view.instrument == instrument.id:
                yield view
        elif _GIVEN_BY.get(view.vital) is kind:
            yield view


def _group(  # noqa: PLR0913 -- one group is said with all of these
    say: Catalogue,
    kind: Kind,
    instrument: InstrumentView | None,
    seen: list[VitalView],
    now: datetime,
    *,
    has_wave: bool,
) -> VitalGroup:
    troubled = instrument is None or instrument.state not in _AT_WORK
    state = say(f"site.instrument.{instrument.state if instrument else 'absent'}")
    speaker = _Speaker(say, kind, now, can_be_live=not troubled)
    lines = [*speaker.pressure(seen), *speaker.lines(seen)]
    there = {line.name for line in lines}
    for place, vital in enumerate(_ALWAYS.get(kind, ())):
        if say(f"site.vital.{vital.code}") not in there:
            lines.insert(place, _empty_line(say, vital, "" if troubled else state))
    progress = _progress(say, instrument, now)
    return VitalGroup(
        instrument=instrument_name(say, kind, instrument),
        status=progress or (state if troubled or not lines else ""),
        warning=_warning(lines),
        lines=tuple(lines),
        has_wave=has_wave,
    )


def _progress(say: Catalogue, instrument: InstrumentView | None, now: datetime) -> str:
    match working_at(instrument, now) if instrument else None:
        case CuffPressure(mmhg):
            return say("site.work.cuff", mmhg=mmhg)
        case Progress(received, None):
            return say("site.work.memory", count=received)
        case Progress(received, total):
            return say("site.work.memory_of", count=received, total=total)
    return ""


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Says what one instrument measured."""

    say: Catalogue
    kind: Kind
    now: datetime
    can_be_live: bool

    def pressure(self, seen: list[VitalView]) -> Iterator[VitalLine]:
        """A blood pressure in one line, with what was measured with it."""
        systolic = next((view for view in seen if view.vital is Vital.SYSTOLIC), None)
        if systolic is None:
            return
        together = {view.vital: view for view in seen if view.record == systolic.record}
        others = [together[vital] for vital in _OF_A_PRESSURE if vital in together]
        low = together.get(Vital.DIASTOLIC)
        value = NO_VALUE
        if systolic.value is not None or (low is not None and low.value is not None):
            parts = (systolic.value, low.value if low else None)
            value = "/".join(quantity(self.say, Vital.SYSTOLIC, part) for part in parts)
        beside = [self._beside(view) for view in others if view.value is not None and view.record]
        name = self.say("site.vital.pressure")
        yield self._line(systolic, name, value, list(filter(None, beside)))

    def _beside(self, view: VitalView) -> str:
        if view.vital is Vital.DIASTOLIC:
            return ""
        name = self.say(f"site.vital.{view.vital.code}")
        return f"{name} {quantity(self.say, view.vital, view.value)}"

    def lines(self, seen: list[VitalView]) -> Iterator[VitalLine]:
        """Everything else, in the order of an examination."""
        has_pressure = any(view.vital is Vital.SYSTOLIC for view in seen)
        for view in sorted(seen, key=lambda view: _ORDER.index(view.vital)):
            is_part = view.vital is Vital.SYSTOLIC or (
                view.record is not None and view.vital in _OF_A_PRESSURE
            )
            if not (has_pressure and is_part):
                value = quantity(self.say, view.vital, view.value)
                yield self._line(view, self.say(f"site.vital.{view.vital.code}"), value, [])

    def _line(self, view: VitalView, name: str, value: str, beside: list[str]) -> VitalLine:
        say, now = self.say, self.now
        is_good = view.quality is Quality.GOOD
        quality = "" if is_good else quality_words(say, view.quality, self.kind)
        is_recent = seconds_since(view.taken_at, now) < LIVE_WITHIN_S
        is_live = view.is_live and self.can_be_live and is_recent
        fresh = (freshness(say, view.taken_at, now, is_live=is_live), "", "")
        if view.origin is Origin.SPOT:
            time = time_of_day(view.taken_at)
            long_fresh = say("site.spot.long", time=time, age=age(say, view.taken_at, now))
            fresh = (say("site.spot", time=time), long_fresh, say("site.spot.short", time=time))
        said = [*beside, *notes(say, view.marks, view.measured_at, view.sent_as)]
        unit = say(f"unit.{view.vital.ucum}")
        return VitalLine(*(name, value, unit, quality, *fresh, ", ".join(said)), is_live=is_live)


def _empty_line(say: Catalogue, vital: Vital, state: str) -> VitalLine:
    name, unit = say(f"site.vital.{vital.code}"), say(f"unit.{vital.ucum}")
    return VitalLine(name, NO_VALUE, unit, "", state)


def _warning(lines: Iterable[VitalLine]) -> str:
    said = (line.quality for line in lines if line.quality and not line.has_quality_for_value)
    return next(said, "")
