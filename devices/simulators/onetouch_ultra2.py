"""A OneTouch Ultra2 as the host sees it: it answers lines of text, its memory newest first."""

from typing import ClassVar, Final

from devices.protocols.onetouch_lines import sealed
from devices.simulators.instrument import Material

SERIAL: Final = "XYZ123ABY"
LONGEST_BYTES: Final = 32
"""No command of the sheet is longer."""

_ENDS: Final = b"\r"
_WAKE: Final = b"\x11"
_RECORDS: Final = (
    'P "MON","06/10/24","08:12:30   ","  112 ","B","00", 00',
    'P "SUN","06/09/24","13:40:05   ","  186 ","A","00", 00',
    'P "SUN","06/09/24","13:31:44   ","C 121 ","N","00", 00',
    'P "SUN","06/09/24","07:55:10   "," HIGH ","N","07", 00',
    'P "SAT","06/08/24","22:02:51   ","  098 ","N","00", 00',
)


class Simulator:
    """Answers commands from its memory."""

    WORDS: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, material: Material) -> None:
        del material  # nothing to play: it has a memory of its own
        self._waiting = bytearray()

    @property
    def baud(self) -> int:
        """It has one speed."""
        return 9_600

    def receive(self, data: bytes, at_s: float) -> bytes:
        """Answer every command line."""
        del at_s
        self._waiting += data
        *asked, rest = bytes(self._waiting).split(_ENDS)
        self._waiting = bytearray(rest[-LONGEST_BYTES:])
        return b"".join(_answer(command) for command in asked)

    def tick(self, at_s: float) -> bytes:
        """It never speaks first."""
        del at_s
        return b""

    def tell(self, word: str, *, is_on: bool, at_s: float) -> None:
        """It has no words."""


def _answer(command: bytes) -> bytes:
    match command:
        case b"\x11":
            return _WAKE + _ENDS
        case b"DM?":
            return sealed("?P02.00.00 30/08/06")
        case b"DM@":
            return sealed(f'@ "{SERIAL}"')
        case b"DMP":
            header = f'P {len(_RECORDS):03},"{SERIAL}","MG/DL "'
            return b"".join(map(sealed, (header, *_RECORDS)))
        case _:
            return b""
