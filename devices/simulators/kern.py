"""A Kern scale as the host sees it: it answers, and repeats its weight once it is asked to."""

from typing import ClassVar, Final

from devices.protocols.scales import Lines
from devices.simulators.instrument import Material
from devices.simulators.scales import OVERLOAD, STEP, Platform

REPEATED_EVERY_S: Final = 0.2
"""chosen: as fast as such a scale weighs."""


class Simulator:
    """Answers commands."""

    WORDS: ClassVar[frozenset[str]] = frozenset({STEP, OVERLOAD})
    """`step`: somebody steps on; `overload`: far too much lies on it."""

    def __init__(self, material: Material) -> None:
        del material  # nothing to play: it weighs
        self._lines = Lines()
        self._platform = Platform()
        self._is_repeating = False
        self._is_asked = False
        """For a steady weight, which may take its time."""
        self._said_s = 0.0

    @property
    def baud(self) -> int:
        """The maker's default."""
        return 9_600

    def receive(self, data: bytes, at_s: float) -> bytes:
        """Answer every command."""
        commands, _ = self._lines.take(data)
        return b"".join(self._answer(command, at_s) for command in commands)

    def tick(self, at_s: float) -> bytes:
        """The steady weight that was asked for; the next of the repeated ones."""
        if self._is_asked and self._platform.is_steady(at_s):
            self._is_asked = False
            return self._weight(at_s)
        if not self._is_repeating or at_s - self._said_s < REPEATED_EVERY_S:
            return b""
        self._said_s = at_s
        return self._weight(at_s)

    def tell(self, word: str, *, is_on: bool, at_s: float) -> None:
        """`step`, `overload`."""
        self._platform.tell(word, is_on=is_on, at_s=at_s)

    def _answer(self, command: str, at_s: float) -> bytes:
        self._is_repeating = self._is_asked = False
        match command:
            case "I2":
                return b'I2 A "MPE 250K100HM"\r\n'
            case "I4":
                return b'I4 A "WX12000034"\r\n'
            case "S":
                self._is_asked = True
                return b""
            case "SI":
                return self._weight(at_s)
            case "SIR":
                self._is_repeating = True
                return b""
            case _:
                return b"ES\r\n"

    def _weight(self, at_s: float) -> bytes:
        weight_kg = self._platform.weight_kg(at_s)
        if weight_kg is None:
            return b"S +\r\n"
        state = "S" if self._platform.is_steady(at_s) else "D"
        return f"S {state} {weight_kg:10.1f} kg\r\n".encode("ascii")
