"""What the host says to a Nonin oximeter: who are you, and, if it must be, another format.

Source: as `devices.protocols.nonin`. The oximeter keeps the format it was set to, also without
battery, so it is set only where the stream, or its absence, shows that it is another one. Older
firmware knows a shorter command, which is tried when the longer one is refused or ignored.
"""

from datetime import datetime, timedelta
from typing import Final

from devices.protocols import nonin
from devices.protocols.nonin import Answer, Skipped

SET_WITHIN: Final = timedelta(seconds=5)
"""9560: for so long after the connection commands do not disturb the stream."""
SET_AFTER: Final = timedelta(seconds=2.5)
"""chosen: two messages of the slowest stream, and well before `SET_WITHIN`."""
REPLY_WITHIN: Final = timedelta(seconds=1)
"""chosen: a reply is one byte; Bluetooth takes its time."""
FOREIGN_BYTES: Final = 8
"""chosen: two messages of the slowest stream."""


class Handshake:
    """Asks who is there, and sets the format of an instrument that speaks another."""

    def __init__(self, form: nonin.Format, *, is_silent: bool = False) -> None:
        """`is_silent`: a format that says nothing for long; only a foreign stream is then wrong."""
        self._wishes = [nonin.set_format(form), nonin.set_format_shortly(form)]
        self._foreign_bytes = 0 if is_silent else FOREIGN_BYTES
        self._started_at: datetime | None = None
        self._asked_at: datetime | None = None

    def start(self, now: datetime) -> bytes:
        """What to send first."""
        self._started_at = now
        return nonin.QUESTIONS

    def hear(self, piece: nonin.Piece, now: datetime) -> bytes:
        """A piece of the stream came; what to send at once."""
        match piece:
            case Skipped(count):
                self._foreign_bytes = min(self._foreign_bytes + count, FOREIGN_BYTES)
            case Answer(is_accepted) if self._asked_at is not None:
                if not is_accepted:
                    return self._wish(now)
                self._wishes.clear()
        return b""

    def understood(self) -> None:
        """The stream is of this format: nothing is to be set."""
        self._wishes.clear()

    def tick(self, now: datetime) -> bytes:
        """What to send now."""
        if self._started_at is None or self._foreign_bytes < FOREIGN_BYTES:
            return b""
        is_due = now - self._started_at >= SET_AFTER
        is_open = self._asked_at is not None and now - self._asked_at < REPLY_WITHIN
        return self._wish(now) if is_due and not is_open else b""

    def _wish(self, now: datetime) -> bytes:
        self._asked_at = now
        return self._wishes.pop(0) if self._wishes else b""
