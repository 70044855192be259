"""Plays a recorded conversation with its own timing, whatever the instrument.

Where the recording holds what the host said, it waits until the host says something, and goes on
from there at the recorded pace. At the end it begins anew.
"""

from collections.abc import Sequence
from typing import ClassVar, Final

from devices.simulators.instrument import Said

PAUSE_S: Final = 1.0
"""chosen: between the end and the beginning, so that drivers see where it begins."""


class Simulator:
    """Says what was said."""

    WORDS: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, script: Sequence[Said], baud: int) -> None:
        """`script` has at least one piece, in the order of its times."""
        self._script = tuple(script)
        self._baud = baud
        self._place = 0
        self._zero_s: float | None = None
        """When the recording's first moment was, on the clock of this play."""
        self._is_spoken_to = False

    @property
    def baud(self) -> int:
        """The driver's speed."""
        return self._baud

    def receive(self, data: bytes, at_s: float) -> bytes:  # noqa: ARG002 -- the contract
        """The host spoke; what it said is not compared."""
        self._is_spoken_to = True
        return b""

    def tick(self, at_s: float) -> bytes:
        """What is due by now."""
        if self._zero_s is None:
            self._zero_s = at_s - self._script[0].at_s
        due = bytearray()
        while (piece := self._next(at_s)) is not None:
            due += piece
        return bytes(due)

    def tell(self, word: str, *, is_on: bool, at_s: float) -> None:
        """It has no words."""

    def _next(self, at_s: float) -> bytes | None:
        if self._place == len(self._script):
            self._place = 0
            self._zero_s = at_s + PAUSE_S - self._script[0].at_s
        said = self._script[self._place]
        if said.is_from_host:
            if not self._is_spoken_to:
                return None
            self._is_spoken_to = False
            self._zero_s = at_s - said.at_s
        elif self._zero_s is None or at_s < self._zero_s + said.at_s:
            return None
        self._place += 1
        return b"" if said.is_from_host else said.data
