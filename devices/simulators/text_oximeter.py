"""An oximeter that prints a line a second and takes no commands."""

from abc import ABC, abstractmethod
from typing import ClassVar, Final

FINGER: Final = "finger"
BATTERY: Final = "battery"
BAUD: Final = 9_600
_LATE_S: Final = 2.0
"""A machine that slept does not get more than so many lines at once."""


class TextOximeter(ABC):
    """Everything but the words of a line."""

    WORDS: ClassVar[frozenset[str]] = frozenset({FINGER, BATTERY})
    """`finger`: the finger is out; `battery`: it is low."""

    def __init__(self) -> None:
        self._next_s = 0.0
        self._is_finger_out = False
        self._is_battery_low = False

    @property
    def baud(self) -> int:
        """It has one speed."""
        return BAUD

    def receive(self, data: bytes, at_s: float) -> bytes:
        """It does not listen."""
        del data, at_s
        return b""

    def tick(self, at_s: float) -> bytes:
        """The lines due by now."""
        self._next_s = max(self._next_s, at_s - _LATE_S)
        lines = ""
        while self._next_s <= at_s:
            lines += self._line(int(self._next_s)) + "\r\n"
            self._next_s += 1
        return lines.encode("ascii")

    def tell(self, word: str, *, is_on: bool, at_s: float) -> None:
        """Take the finger out or put it back, wear the battery down."""
        del at_s
        if word == FINGER:
            self._is_finger_out = is_on
        elif word == BATTERY:
            self._is_battery_low = is_on

    @abstractmethod
    def _line(self, second: int) -> str:
        """The line of this second since it was switched on, without its end."""
