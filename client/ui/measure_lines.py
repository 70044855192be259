"""Everything that was measured, result by result and memory by memory, as lines of text."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from client.catalogue import Catalogue
from client.session.flow_views import EarlierValue
from client.session.snapshot import (
    InstrumentState,
    InstrumentView,
    PortState,
    ResultView,
    SiteSnapshot,
    VitalView,
)
from client.ui.phrases import NO_VALUE, age, notes, plain, quality_words, quantity, time_of_day
from client.ui.vital_lines import VitalGroup
from devices.readings import Kind, LabResult, Mark, Quality, Vital

SHOWN_RESULTS: Final = 50
"""chosen: several panels of tests; the record keeps them all."""
SHOWN_RECORDS: Final = 100
"""chosen: what a person may page through; the record keeps them all."""
_WITH_MEMORY: Final = (
    *(Kind.OXIMETER, Kind.THERMOMETER, Kind.BLOOD_PRESSURE),
    *(Kind.GLUCOMETER, Kind.SCALE, Kind.ANALYSER),
)
_READY: Final = (InstrumentState.READY, InstrumentState.MEASURING)
_ALONE: Final = (PortState.UNKNOWN, PortState.UNDECIDED)

Line = tuple[str, str]
"""Text and its style."""


def unknown_ports(say: Catalogue, snapshot: SiteSnapshot) -> Iterator[str]:
    """A sentence for each port at which nobody is known and nothing is tried."""
    for port in snapshot.ports:
        if port.state in _ALONE:
            yield say(f"site.port.{port.state}.here", port=plain(port.name))


def readable(snapshot: SiteSnapshot) -> tuple[InstrumentView, ...]:
    """The first instrument at work of each kind that may have a memory."""
    found: dict[Kind, InstrumentView] = {}
    for view in snapshot.instruments:
        if view.kind in _WITH_MEMORY and view.state in _READY:
            found.setdefault(view.kind, view)
    return tuple(found[kind] for kind in _WITH_MEMORY if kind in found)


def now_lines(groups: Iterable[VitalGroup]) -> Iterator[Line]:
    """Each instrument, then each of its values with all that is said of it."""
    for group in groups:
        yield " ".join(filter(None, (group.instrument, group.status))), "dim"
        for line in group.lines:
            said = ", ".join(filter(None, (line.full, line.beside)))
            yield f"  {line.name} {line.value} {line.unit}", "bold"
            if said:
                yield f"    {said}", ""


def result_lines(say: Catalogue, views: tuple[ResultView, ...]) -> Iterator[Line]:
    """The newest first, each exactly as its analyser sent it."""
    shown = views[-SHOWN_RESULTS:]
    if shown:
        yield say("site.measures.results", shown=len(shown), count=len(views)), "bold reverse"
    for view in reversed(shown):
        result = view.result
        said = [*_reference(say, result), *notes(say, result.marks, result.measured_at, None)]
        said.append(say("site.measures.received", time=time_of_day(result.taken_at)))
        if result.quality is not Quality.GOOD:
            said.insert(0, quality_words(say, result.quality, None))
        value = NO_VALUE if result.value is None else plain(result.value)
        origin = f"{say('site.measures.control')}  " if Mark.CONTROL in result.marks else ""
        unit = plain(result.unit or "")
        yield f"{origin}{plain(result.test)}  {value} {unit}", "" if origin else "bold"
        yield f"  {', '.join(said)}", ""
        yield f"  {_source(say, view.model, view.serial)}", "dim"


def _reference(say: Catalogue, result: LabResult) -> Iterator[str]:
    if result.reference_range is not None:
        yield say("site.measures.reference", value=plain(result.reference_range))
    if result.flags is not None:
        yield say("site.measures.flags", value=plain(result.flags))
    if result.loinc is not None:
        yield say("site.measures.loinc", value=plain(result.loinc))


def earlier_lines(say: Catalogue, snapshot: SiteSnapshot, now: datetime) -> Iterator[Line]:
    """The same patient's values of earlier consultations at this site, the newest first."""
    if snapshot.earlier:
        yield say("dossier.earlier.title"), "bold reverse"
    for view in tuple(reversed(snapshot.earlier))[:SHOWN_RECORDS]:
        yield earlier_sentence(say, view, now), ""


def earlier_sentence(say: Catalogue, view: EarlierValue, now: datetime) -> str:
    """Name, value, unit, instrument and age: never to be taken for a present one."""
    return say(
        "dossier.earlier",
        name=say(f"site.vital.{view.vital.code}"),
        value=quantity(say, view.vital, view.value),
        unit=say(f"unit.{view.vital.ucum}"),
        model=plain(view.model),
        age=age(say, view.taken_at, now),
    )


def newest_earlier(snapshot: SiteSnapshot) -> dict[Vital, EarlierValue]:
    """One of each vital sign."""
    return {view.vital: view for view in snapshot.earlier}


def apart_lines(say: Catalogue, views: tuple[VitalView, ...]) -> Iterator[Line]:
    """The newest first, what was measured together in one line; nobody's present value."""
    rows = _together(views)
    shown = rows[:SHOWN_RECORDS]
    if shown:
        yield say("site.measures.apart", shown=len(shown), count=len(rows)), "bold reverse"
    for row in shown:
        view = row[0]
        is_control = any(Mark.CONTROL in other.marks for other in row)
        origin = say("site.measures.control" if is_control else "site.measures.stored")
        values = ", ".join(_values(say, row))
        said = ", ".join(notes(say, view.marks - {Mark.CONTROL}, view.measured_at, view.sent_as))
        yield f"{origin}  {values}", ""
        yield f"  {', '.join(filter(None, (said, _source(say, view.model, view.serial))))}", "dim"


def _together(views: tuple[VitalView, ...]) -> list[list[VitalView]]:
    rows: dict[tuple[int, int], list[VitalView]] = {}
    for place, view in enumerate(views):
        record = -place - 1 if view.record is None else view.record
        rows.setdefault((view.instrument, record), []).append(view)
    return list(reversed(rows.values()))


def _values(say: Catalogue, row: list[VitalView]) -> Iterator[str]:
    """Each of them, the two of a blood pressure as one."""
    measured = {view.vital: view for view in row}
    pair = [measured.get(vital) for vital in (Vital.SYSTOLIC, Vital.DIASTOLIC)]
    if all(view is not None and view.value is not None for view in pair):
        numbers = "/".join(quantity(say, view.vital, view.value) for view in pair if view)
        unit = say(f"unit.{Vital.SYSTOLIC.ucum}")
        yield f"{say('site.vital.pressure')} {numbers} {unit}"
        row = [view for view in row if view not in pair]
    yield from (_value(say, view) for view in row)


def _value(say: Catalogue, view: VitalView) -> str:
    name = say(f"site.vital.{view.vital.code}")
    if view.value is None:
        return f"{name} {NO_VALUE} {quality_words(say, view.quality, None)}"
    value = quantity(say, view.vital, view.value)
    return f"{name} {value} {say(f'unit.{view.vital.ucum}')}"


def _source(say: Catalogue, model: str, serial: str | None) -> str:
    if serial is None:
        return plain(model)
    return say("site.vitals.instrument", model=plain(model), serial=plain(serial))
