"""The examination by lines: measurements, pictures, the stethoscope, and how to go on."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Final

from client.catalogue import Catalogue
from client.core.auscultation import PLACES
from client.core.dossier.ending import Alternative
from client.core.dossier.file import Notes
from client.session.auscultation_view import AuscultationStep
from client.session.snapshot import SiteSnapshot
from client.ui.auscultation_words import live_sentence, place_name, state_sentence
from client.ui.line_words import next_choice
from client.ui.measure_lines import (
    apart_lines,
    earlier_lines,
    readable,
    result_lines,
    unknown_ports,
)
from client.ui.phrases import freshness, plain, quality_words
from client.ui.plain_files import attach
from client.ui.plain_talk import Talk, numbered
from client.ui.plain_words import row, value
from client.ui.screens.auscultation import ask_step, leave_chest
from client.ui.screens.consultation import ASKED_KINDS
from client.ui.screens.writing import NOTES_LIMIT, TEXT_LIMIT
from client.ui.steps import pictures_refused
from client.ui.still_line import LABELS
from client.ui.vital_lines import instrument_of, is_inflating
from client.ui.widgets.form import Field
from devices.readings import Kind, Quality

_MEASURES: Final = {
    "temperature": Kind.THERMOMETER,
    "oximeter": Kind.OXIMETER,
    "pressure": Kind.BLOOD_PRESSURE,
}
_ASKED_LABELS: Final = {"throat": "throat", "skin": "skin", "ear": "right_ear"}
"""What a still is called after what was asked for."""
_CHEST: Final[Mapping[str, AuscultationStep]] = {
    "e": AuscultationStep.RECORD,
    "r": AuscultationStep.REPLAY,
    "v": AuscultationStep.SEND,
    "d": AuscultationStep.LISTEN,
}


class PlainExam:
    """Each refusal of the screens is a line here."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._desk = talk.desk
        self._label = ""

    @property
    def acts(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        """By the name that the catalogue's ``site.do.*`` says."""
        return {
            "temperature": self._measure("temperature"),
            "oximeter": self._measure("oximeter"),
            "pressure": self._measure("pressure"),
            "stop_cuff": self._stop_cuff,
            "measures": self._measures,
            "memory": self._read_memory,
            "aim": self._aim,
            "freeze": self._freeze,
            "film": self._film,
            "label": self._next_label,
            "chest": self._chest,
            "done": self._answer(done=True),
            "not_possible": self._answer(done=False),
            "picture": self._next_picture,
            "otherwise": self._otherwise,
            "write": self._write,
            "note": self._note,
            "attach": partial(attach, self._talk),
        }

    def _measure(self, name: str) -> Callable[[], Awaitable[None]]:
        async def measure() -> None:
            asked = self._desk.requests.snapshot.asked
            wanted = _MEASURES[name]
            if asked is not None and wanted is Kind.THERMOMETER:
                wanted = ASKED_KINDS.get(asked.what, wanted)
            if self._has(wanted):
                self._desk.requests.measure(wanted)

        return measure

    async def _stop_cuff(self) -> None:
        inflating = is_inflating(self._desk.requests.snapshot, self._desk.now())
        if inflating is None:
            self._talk.say("site.cuff.none")
        else:
            self._desk.requests.stop_measuring(inflating.kind)

    async def _measures(self) -> None:
        """Everything that was measured, with results, earlier values and memories."""
        say, snapshot, now = self._desk.say, self._desk.requests.snapshot, self._desk.now()
        self._talk.tell(*vitals(say, snapshot, now), *unknown_ports(say, snapshot))
        apart = (
            *result_lines(say, snapshot.results),
            *earlier_lines(say, snapshot, now),
            *apart_lines(say, snapshot.apart),
        )
        self._talk.tell(*(text.strip() for text, _ in apart))

    async def _read_memory(self) -> None:
        """Asked before: it may be another person's."""
        say, found = self._desk.say, readable(self._desk.requests.snapshot)
        for view in found:
            question = say("site.memory.question", model=plain(view.model))
            if await self._talk.yes(question, usual=False, is_fresh=True):
                self._desk.requests.fetch_stored(view.kind)
        if not found:
            self._talk.say("training.plain.no_memory")

    async def _aim(self) -> None:
        is_aiming = self._desk.requests.snapshot.preview_source is Kind.OTOSCOPE
        if self._has_camera():
            self._desk.requests.aim(on=not is_aiming)

    async def _freeze(self) -> None:
        if self._may_picture() and self._has_camera():
            self._desk.requests.take_still(self._still_label)

    async def _film(self) -> None:
        if self._may_picture() and self._has_camera():
            self._desk.requests.take_clip(self._still_label)

    @property
    def _still_label(self) -> str:
        """As chosen, else after what was asked for."""
        asked = self._desk.requests.snapshot.asked
        usual = _ASKED_LABELS.get(asked.what if asked else "", LABELS[0])
        return self._desk.say(f"site.still.label.{self._label or usual}")

    async def _next_label(self) -> None:
        say = self._desk.say
        options = numbered((one, say(f"site.still.label.{one}")) for one in LABELS)
        field = Field("label", say("site.do.label"), options)
        self._label = await self._talk.ask(field, self._label)

    async def _chest(self) -> None:
        """A place by its number or a step by its letter, until it is left."""
        if not self._has(Kind.STETHOSCOPE):
            return
        say, site = self._desk.say, self._desk.requests
        for number, place in enumerate(PLACES, start=1):
            part = say("site.chest.heart" if place.is_heart else "site.chest.lungs")
            self._talk.tell(f"{number} {part}, {place_name(say, place)}")
        view = site.snapshot.auscultation
        if view is not None:
            self._talk.tell(state_sentence(say, view), live_sentence(say, view))
        keys = ", ".join(f"{key} {say(f'site.do.chest_{step}')}" for key, step in _CHEST.items())
        try:
            while True:
                self._step(await self._talk.answer(keys))
        finally:
            leave_chest(self._desk)

    def _step(self, line: str) -> None:
        if line in _CHEST:
            if not ask_step(self._desk, _CHEST[line]):
                self._talk.say("dossier.pictures_off")
        elif line.isdecimal() and 0 < int(line) <= len(PLACES):
            self._desk.requests.hold_stethoscope(PLACES[int(line) - 1])
        else:
            self._talk.say("training.plain.not_offered")

    def _answer(self, *, done: bool) -> Callable[[], Awaitable[None]]:
        async def answer() -> None:
            if self._desk.requests.snapshot.asked:
                self._desk.requests.answer_ask(done=done)
            else:
                self._talk.say("site.ask.none")

        return answer

    async def _next_picture(self) -> None:
        engine = self._desk.requests.snapshot.link.engine
        self._desk.requests.choose_picture(next_choice(engine))

    async def _otherwise(self) -> None:
        """How to go on without a picture; the telephone's number is told (d-6)."""
        say, site = self._desk.say, self._desk.requests
        ways = (
            (one.value, f"{say(f'dossier.way.{one}')}, {say(f'dossier.way.{one}.means')}")
            for one in Alternative
        )
        field = Field("way", say("dossier.otherwise.title"), numbered(ways))
        chosen = await self._talk.ask(field, is_fresh=True)
        if not chosen:
            return
        way = Alternative(chosen)
        site.go_on(way)
        if way is not Alternative.TELEPHONE:
            self._talk.say(f"dossier.way.{way}.noted")
            return
        contact = site.snapshot.dossier.contact
        number = plain(contact.callback) if contact else ""
        key = "number" if number else "no_number"
        self._talk.say(f"dossier.telephone.{key}", number=number)

    async def _write(self) -> None:
        question = self._desk.say("training.plain.write")
        text = (await self._talk.answer(question, is_fresh=True))[:TEXT_LIMIT]
        if text:
            self._desk.requests.write(text)

    async def _note(self) -> None:
        """Kept here beside those before, and never sent."""
        before = self._desk.requests.snapshot.dossier.notes or Notes()
        if before.text:
            self._talk.say("dossier.notes.title")
            self._talk.tell(*map(plain, before.text.split("\n")))
        text = (await self._talk.answer(self._desk.say("training.plain.note")))[:TEXT_LIMIT]
        if len(before.text) + len(text) >= NOTES_LIMIT:
            self._talk.say("training.plain.note_full")
        elif text:
            self._desk.requests.enter(Notes(f"{before.text}\n{text}".strip()))
            self._talk.say("training.plain.noted")

    def _may_picture(self) -> bool:
        is_refused = pictures_refused(self._desk.requests.snapshot.dossier)
        if is_refused:
            self._talk.say("dossier.pictures_off")
        return not is_refused

    def _has_camera(self) -> bool:
        snapshot = self._desk.requests.snapshot
        return instrument_of(snapshot, Kind.CAMERA) is not None or self._has(Kind.OTOSCOPE)

    def _has(self, kind: Kind) -> bool:
        if instrument_of(self._desk.requests.snapshot, kind) is not None:
            return True
        self._talk.say(f"site.missing.{kind}")
        return False


def vitals(say: Catalogue, snapshot: SiteSnapshot, now: datetime) -> Iterator[str]:
    """Every current value with its instrument, quality and age, a line each."""
    for view in snapshot.vitals:
        number = "" if view.value is None else f"{view.value:.{view.vital.decimals}f}"
        quality = "" if view.quality is Quality.GOOD else quality_words(say, view.quality, None)
        age = freshness(say, view.taken_at, now, is_live=view.is_live)
        yield row(say, value(say, view.vital, number), plain(view.model), quality, age)
    if not snapshot.vitals:
        yield say("training.plain.no_value")
