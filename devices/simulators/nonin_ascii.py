"""A Nonin 2500 as the host sees it: a heading, then a line a second."""

from typing import ClassVar, Final

from devices.simulators.instrument import Material
from devices.simulators.text_oximeter import FINGER, TextOximeter

EVENT: Final = "event"
_HEADING: Final = "NONIN 2500 REAL-TIME DATA 01/31/26 08:00:00"


class Simulator(TextOximeter):
    """Prints its lines from the moment it is switched on."""

    WORDS: ClassVar[frozenset[str]] = frozenset({FINGER, EVENT})
    """`finger`: the finger is out; `event`: the event key is held."""

    def __init__(self, material: Material) -> None:
        del material  # lines have no wave to play
        super().__init__()
        self._is_event = False

    def tell(self, word: str, *, is_on: bool, at_s: float) -> None:
        """The finger, or the event key."""
        super().tell(word, is_on=is_on, at_s=at_s)
        if word == EVENT:
            self._is_event = is_on

    def _line(self, second: int) -> str:
        heading = f"{_HEADING}\r\n" if second == 0 else ""
        values = "SPO2=--- HR=---" if self._is_finger_out else "SPO2=097 HR=072"
        return f"{heading}{values}{'*' if self._is_event else ''}"
