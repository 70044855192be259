"""What of graphics stands on the terminal, and how much of it may be written."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from textual.geometry import Region

from client.ui.graphics import kitty
from client.ui.graphics.drawing import Drawn
from client.ui.graphics.terminal import Graphics
from client.ui.graphics.terminal import Protocol as Writing

BYTES_PER_S: Final = 200_000
"""chosen: what half blocks of two moving pictures write at most; a terminal far away on the line of
the consultation itself must leave room for it."""
_BEGIN: Final = "\x1b[?2026h\x1b7"
"""Show nothing until all is there; remember where the cursor is."""
_END: Final = "\x1b8\x1b[?2026l"
_ASK: Final = "\x1b[6n"
"""Where is the cursor? Answered once everything before it was read, however far the terminal is."""
_ASK_AGAIN: Final = timedelta(seconds=5)
"""chosen: an answer may be lost among keys; no picture follows until there is one."""
_FIRST_NUMBER: Final = 0x43_48_00
"""Out of the way of other programs' pictures in the same terminal."""


class Hangs(Protocol):
    """Has a place for a picture."""

    def after_display(self) -> None:
        """Something was drawn on the terminal: perhaps over it."""

    def write_next(self) -> bool:
        """Write what waits here, if it is still wanted; whether it was written."""


class Pictures:
    """One at a time is under way to the terminal, and so many bytes a second; all take turns."""

    def __init__(
        self, graphics: Graphics, write: Callable[[str], None], now: Callable[[], datetime]
    ) -> None:
        self.graphics = graphics
        self._write = write
        self._now = now
        self._hung: list[Hangs] = []
        self._spots = 0
        self._allowed = BYTES_PER_S
        self._counted_at = now()
        self._fits = True
        self._asked_at: datetime | None = None
        """Since when a picture is under way."""

    def use_cell(self, cell_px: tuple[int, int] | None) -> None:
        """Letters have this size now. Sixel needs it to stay in its place: none without it."""
        if cell_px is not None and min(cell_px) > 0:
            self.graphics = replace(self.graphics, cell_px=cell_px)
        self._fits = self.graphics.protocol is Writing.KITTY or cell_px is not None

    @property
    def may_write(self) -> bool:
        """The last picture has arrived, and what it took of the line is made up for."""
        passed = max(self._now() - self._counted_at, timedelta())
        self._counted_at += passed
        earned = int(passed.total_seconds() * BYTES_PER_S)
        self._allowed = min(BYTES_PER_S, self._allowed + earned)
        return self._fits and self._allowed > 0 and self._asked_at is None

    def answered(self) -> None:
        """The terminal has read everything so far."""
        self._asked_at = None
        self.next_turn()

    def spot(self, hung: Hangs) -> "Spot":
        """A place for one picture, until it leaves."""
        self._hung.append(hung)
        self._spots += 1
        return Spot(self, _FIRST_NUMBER + self._spots)

    def leave(self, hung: Hangs) -> None:
        """It has no place any more."""
        self._hung.remove(hung)

    def after_display(self) -> None:
        """Something was drawn on the terminal."""
        for hung in tuple(self._hung):
            hung.after_display()
        if self._asked_at is not None and self._now() - self._asked_at >= _ASK_AGAIN:
            self._asked_at = self._now()
            self._write(_ASK)
        self.next_turn()

    def next_turn(self) -> None:
        """Let one that waits be written: of several, the one that was not for the longest time."""
        for hung in tuple(self._hung):
            if not self.may_write:
                return
            if hung.write_next():
                self._hung.remove(hung)
                self._hung.append(hung)

    def put(self, cells: Region, data: str) -> None:
        """Write a picture over these cells of the screen."""
        self._asked_at = self._now()
        self._allowed -= len(data)
        place = f"\x1b[{cells.y + 1};{cells.x + 1}H"
        self._write(f"{_BEGIN}{place}{data}{_END}{_ASK}")

    def delete(self, number: int) -> None:
        """Sixel needs none: what is drawn over a picture replaces it."""
        if self.graphics.protocol is Writing.KITTY:
            self._write(kitty.deleted(number))


class Spot:
    """One picture: where it stands, what waits to be written there, what was."""

    def __init__(self, pictures: Pictures, number: int) -> None:
        self._pictures = pictures
        self.number = number
        self.room: Region | None = None
        """Of the screen, all of it the picture's; `None` while there is no picture."""
        self.taken_at: datetime | None = None
        """The picture on the terminal, or the first that waits to be."""
        self.waits_since: datetime | None = None
        """When the picture was taken that waits; `None`: none does."""
        self._drawn: Drawn | None = None
        self._is_written = False

    def hold(self, room: Region, drawn: Drawn, taken_at: datetime) -> None:
        """From now on this picture belongs there."""
        self.room, self._drawn, self.waits_since = room, drawn, taken_at
        self.taken_at = self.taken_at or taken_at

    def drawn_over(self) -> None:
        """Letters take the place of Sixel: it waits to be written again."""
        if self._pictures.graphics.protocol is Writing.SIXEL:
            self.waits_since = self.waits_since or self.taken_at

    def write(self) -> None:
        """Put what waits on the terminal."""
        if self.room is not None and self._drawn is not None:
            self._is_written = True
            self.taken_at, self.waits_since = self.waits_since, None
            self._pictures.put(self._drawn.cells.translate(self.room.offset), self._drawn.data)

    def take_away(self) -> None:
        """Nothing of it is to be seen; in Sixel, once letters are drawn there."""
        if self._is_written:
            self._pictures.delete(self.number)
        self.room, self.taken_at, self.waits_since = None, None, None
        self._drawn, self._is_written = None, False
