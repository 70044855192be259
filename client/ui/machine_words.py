"""What of this machine, its instruments and its line works, row by row."""

import textwrap
from collections.abc import Iterator
from typing import Final

from client.catalogue import Catalogue
from client.session.snapshot import InstrumentView, SiteSnapshot
from client.ui.phrases import plain
from client.ui.promise_words import bar, line_name, promise_sentence
from client.ui.widgets.checks import HOW_CELLS, WHICH_CELLS, CheckRow
from devices.readings import Kind

_ALL_PCT: Final = 100
_REQUIRED: Final = (Kind.STETHOSCOPE, Kind.OTOSCOPE, Kind.OXIMETER, Kind.BLOOD_PRESSURE)
"""What a French pharmacy must have for this (pharmacists' convention of 9 March 2022, art. V.I)."""


def instrument_rows(say: Catalogue, snapshot: SiteSnapshot) -> Iterator[CheckRow]:
    """What is plugged in, known or not; then what a place like this must have and has not."""
    for kind in Kind:
        for view in snapshot.instruments:
            if view.kind is kind:
                yield say(f"kind.{kind}"), _which(say, view), say(f"site.instrument.{view.state}")
    for port in snapshot.ports:
        yield say("site.start.port"), plain(port.name), say(f"site.port.{port.state}")
    there = {view.kind for view in snapshot.instruments}
    missing = ", ".join(say(f"kind.{kind}") for kind in _REQUIRED if kind not in there)
    parts = textwrap.wrap(missing, WHICH_CELLS + HOW_CELLS)
    for number, part in enumerate(parts):
        yield say("site.start.missing") if number == 0 else "", part, ""


def _which(say: Catalogue, view: InstrumentView) -> str:
    if view.serial is None:
        return plain(f"{view.model}, {view.port}")
    return say("site.vitals.instrument", model=plain(view.model), serial=plain(view.serial))


def machine_rows(say: Catalogue, snapshot: SiteSnapshot) -> Iterator[CheckRow]:
    """Camera, microphone, speaker, relay."""
    tried = {
        "camera": snapshot.camera_works,
        "microphone": snapshot.microphone_works,
        "speaker": snapshot.speaker_works,
    }
    for name, works in tried.items():
        how = "untried" if works is None else "works" if works else f"{name}_fails"
        yield say(f"site.start.{name}"), "", say(f"site.start.{how}")
    how = "works" if snapshot.relay_is_reachable else "relay_fails"
    yield say("site.start.relay"), "", say(f"site.start.{how}")


def line_rows(say: Catalogue, snapshot: SiteSnapshot) -> Iterator[CheckRow]:
    """In as many rows as its sentence takes."""
    view = snapshot.line_check
    which, how = "", say("site.start.line.stopped")
    if view.percent is not None:
        drawn = bar(view.percent / _ALL_PCT)
        which = say("site.start.line.measuring", bar=drawn, percent=view.percent)
        how = say("site.start.line.stop")
    elif view.failure is not None:
        how = " ".join(say.explain(view.failure))
    elif view.found is not None and view.promise is not None:
        which, how = line_name(say, view.found), promise_sentence(say, view.promise)
        if view.found.is_coarse:
            how = f"{how} ({say('site.start.line.coarse')})"
    first, *others = textwrap.wrap(how, HOW_CELLS)
    yield say("site.start.line"), which, first
    for other in others:
        yield "", "", other
