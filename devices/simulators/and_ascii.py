"""An A&D scale in stream mode as the host sees it: ten lines a second, and answers to commands."""

from typing import ClassVar, Final

from devices.protocols.scales import Lines
from devices.simulators.instrument import Material
from devices.simulators.scales import OVERLOAD, STEP, Platform

SENT_EVERY_S: Final = 0.1  # A&D manuals: about ten times per second


class Simulator:
    """Says its weight all the time."""

    WORDS: ClassVar[frozenset[str]] = frozenset({STEP, OVERLOAD})
    """`step`: somebody steps on; `overload`: far too much lies on it."""

    def __init__(self, material: Material) -> None:
        del material  # nothing to play: it weighs
        self._lines = Lines()
        self._platform = Platform()
        self._said_s = 0.0

    @property
    def baud(self) -> int:
        """The maker's default."""
        return 2_400

    def receive(self, data: bytes, at_s: float) -> bytes:
        """Answer every command; a steady weight comes with the stream."""
        commands, _ = self._lines.take(data)
        return b"".join(self._weight(at_s) for command in commands if command in ("Q", "SI"))

    def tick(self, at_s: float) -> bytes:
        """The line due by now."""
        if at_s - self._said_s < SENT_EVERY_S:
            return b""
        self._said_s = at_s
        return self._weight(at_s)

    def tell(self, word: str, *, is_on: bool, at_s: float) -> None:
        """`step`, `overload`."""
        self._platform.tell(word, is_on=is_on, at_s=at_s)

    def _weight(self, at_s: float) -> bytes:
        weight_kg = self._platform.weight_kg(at_s)
        if weight_kg is None:
            return b"OL,GS,+999.99 kg\r\n"
        state = "ST" if self._platform.is_steady(at_s) else "US"
        return f"{state},GS,{weight_kg:+07.2f} kg\r\n".encode("ascii")
