"""How often a value that comes over and over is worth sending."""

from datetime import datetime, timedelta
from typing import Final

from devices.readings import Reading, Vital

SENT_EVERY: Final = timedelta(seconds=1)
"""A vital sign is sent no more often, on the whole, to spare the line; a change of its quality
sooner."""
CHANGED_EVERY: Final = timedelta(milliseconds=250)
"""Changes of quality; chosen: a loose finger, which has 60 a second, must not fill the outbox."""
KEPT_EVERY: Final = timedelta(seconds=10)
"""While much waits for the line to come back: an hour of it still fits the outbox."""

_Source = tuple[int, Vital]
"""An instrument and one of its vital signs."""


class Pace:
    """Remembers what was sent of each vital sign of each instrument."""

    def __init__(self) -> None:
        self._sent: dict[_Source, Reading] = {}
        self._beats: dict[_Source, datetime] = {}
        """When each one of `_sent` was due."""

    def is_due(self, instrument: int, reading: Reading, *, is_crowded: bool) -> bool:
        """Whether this reading tells the GP something new; remembers that it was sent.

        With another of the same moment it is sent before its turn: together they cost little more
        than one. `is_crowded`: many readings wait to be sent already.
        """
        source = instrument, reading.vital
        beat_at = self._next_beat(source, reading, KEPT_EVERY if is_crowded else SENT_EVERY)
        if beat_at is not None:
            self._sent[source] = reading
            self._beats[source] = beat_at
        return beat_at is not None

    def send_again(self) -> None:
        """Whatever the instruments say next is worth sending, however lately it was sent."""
        self._sent.clear()

    def _next_beat(self, source: _Source, reading: Reading, pace: timedelta) -> datetime | None:
        """The beat this reading is sent on; `None`: it is not."""
        last = self._sent.get(source)
        if last is None:
            return reading.taken_at
        beat_at = self._beats[source]
        if reading.taken_at - beat_at >= pace:
            # What comes late is not late ever after, but two beats are never close together.
            return max(beat_at + pace, reading.taken_at - pace / 2)
        is_changed = last.quality is not reading.quality
        if is_changed and reading.taken_at - last.taken_at >= CHANGED_EVERY:
            return reading.taken_at
        for other, sent in self._sent.items():
            if sent.taken_at == reading.taken_at and reading.taken_at - last.taken_at >= pace / 2:
                return self._beats[other]
        return None
