"""The GP's browser, as far as packets go: it gives feedback, asks again, and acknowledges."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from client.core.adaptation.feedback import FeedbackWriter
from client.core.lanes import Lane
from linklab.simulation.agenda import Agenda
from linklab.simulation.packets import Kind, Load

_LOOK_S: Final = 0.01
_SLACK_S: Final = 0.02
_SPAN: Final = 64
CLOCK_OFFSET_S: Final = 5_000.0
CLOCK_DRIFT: Final = 1e-4
"""The far end's clock is another, and runs 100 ppm fast."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What goes back to the site, each a packet of its own."""

    feedback: Callable[[bytes], None]
    missing: Callable[[list[tuple[Kind, int]]], None]
    held: Callable[[int], None]
    reading_received: Callable[[int], None]


@dataclass(slots=True)
class Received:
    """What has arrived: delays from birth to arrival of whole units, in order of arrival."""

    voice: list[tuple[float, float]] = field(default_factory=list)
    """(born, delay) of each voice packet."""
    readings: list[tuple[float, float]] = field(default_factory=list)
    pictures: list[tuple[float, float]] = field(default_factory=list)
    still_whole_s: float | None = None
    bytes_by_lane: dict[Lane, int] = field(default_factory=dict)


class FarEnd:
    """Takes packets as they arrive."""

    def __init__(self, agenda: Agenda, answers: Answers, still_pieces: int) -> None:
        self._agenda = agenda
        self._answers = answers
        self._writer = FeedbackWriter(1)
        self._still_pieces = still_pieces
        self.received = Received()
        self._parts: dict[int, set[int]] = {}
        self._seen: set[tuple[Kind, int]] = set()
        self._newest: dict[Kind, int] = {Kind.VOICE: -1, Kind.PICTURE: -1}
        self._pieces: set[int] = set()
        self._held = 0
        agenda.every(_LOOK_S, self._report)

    def take(self, load: Load, number: int | None, size_bytes: int) -> None:
        """One packet arrives now."""
        now_s = self._agenda.now_s
        if number is not None:
            clock_s = CLOCK_OFFSET_S + now_s * (1 + CLOCK_DRIFT)
            self._writer.note(number, 2, clock_s)
        by_lane = self.received.bytes_by_lane
        by_lane[load.lane] = by_lane.get(load.lane, 0) + size_bytes
        if load.kind in self._newest:
            self._take_media(load, now_s)
        elif load.kind is Kind.READING:
            self._take_reading(load, now_s)
        elif load.kind is Kind.STILL:
            self._take_piece(load, now_s)

    def _take_media(self, load: Load, now_s: float) -> None:
        key = (load.kind, load.stream_number)
        if key in self._seen:
            return
        self._seen.add(key)
        newest = self._newest[load.kind]
        first = max(newest + 1, load.stream_number - _SPAN)
        gap = [(load.kind, number) for number in range(first, load.stream_number)]
        if gap:
            self._answers.missing(gap)
        self._newest[load.kind] = max(newest, load.stream_number)
        if load.kind is Kind.VOICE:
            self.received.voice.append((load.born_s, now_s - load.born_s))
            return
        parts = self._parts.setdefault(load.unit, set())
        parts.add(load.part)
        if len(parts) == load.parts:
            self.received.pictures.append((load.born_s, now_s - load.born_s))

    def _take_reading(self, load: Load, now_s: float) -> None:
        self._answers.reading_received(load.unit)
        key = (load.kind, load.unit)
        if key not in self._seen:
            self._seen.add(key)
            self.received.readings.append((load.born_s, now_s - load.born_s))

    def _take_piece(self, load: Load, now_s: float) -> None:
        self._pieces.add(load.unit)
        while self._held + 1 in self._pieces:
            self._held += 1
        self._answers.held(self._held)
        if self._held == self._still_pieces and self.received.still_whole_s is None:
            self.received.still_whole_s = now_s

    def _report(self) -> None:
        clock_s = CLOCK_OFFSET_S + self._agenda.now_s * (1 + CLOCK_DRIFT)
        for packet in self._writer.reports(clock_s + _SLACK_S):
            self._answers.feedback(packet)
