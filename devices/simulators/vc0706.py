"""A VC0706 camera as the host sees it: resets, changes speed, freezes and hands out real JPEGs."""

from collections.abc import Callable
from typing import ClassVar, Final

from devices.protocols import vc0706
from devices.protocols.vc0706 import BAUD_CODES, Command, FrameControl, Size
from devices.simulators.instrument import Material
from devices.simulators.pictures import Pictures

BOOT_S: Final = 1.0
"""chosen: real ones take up to 2.5 s."""
BAUD_CHANGE_S: Final = 0.02
"""chosen: five bytes take 1.3 ms at the default speed."""

_BANNER: Final = b"VC0703 1.00\r\nCtrl infr exist\r\nUSB init..\r\nInit end\r\n"
_VERSION: Final = b"VC0703 1.00"
_DEFAULT_BAUD: Final = 38_400
_HOST: Final = b"\x56\x00"
_WRONG_FORMAT: Final = 3
_CANNOT_NOW: Final = 4
_UNKNOWN: Final = 1
_HEADER: Final = 4
_WAITING_BYTES: Final = 64
"""No command is longer."""


class Simulator:
    """Answers commands; holds one frozen picture."""

    WORDS: ClassVar[frozenset[str]] = frozenset()

    def __init__(
        self,
        material: Material,
        *,
        take: Callable[[Size], bytes] | None = None,
        can_resize: bool = True,
    ) -> None:
        """`take` makes a JPEG of a size; without `can_resize` only a reset changes the size."""
        self._take = take or Pictures(material.picture).take
        self._can_resize = can_resize
        self._baud = _DEFAULT_BAUD
        self._waiting = bytearray()
        self._size = Size.W640_H480
        self._size_at_reset = Size.W640_H480
        self._frozen: bytes | None = None
        self._booted_s: float | None = None
        self._next_baud: tuple[float, int] | None = None

    @property
    def baud(self) -> int:
        """38400 after a reset, then what the host asked for."""
        return self._baud

    def receive(self, data: bytes, at_s: float) -> bytes:
        """Answer every whole command; while starting it hears nothing."""
        if self._booted_s is not None:
            return b""
        self._waiting += data
        answers = bytearray()
        while (place := self._waiting.find(_HOST)) >= 0:
            del self._waiting[:place]
            if len(self._waiting) < _HEADER or len(self._waiting) < _HEADER + self._waiting[3]:
                break
            length = _HEADER + self._waiting[3]
            command, arguments = self._waiting[2], bytes(self._waiting[_HEADER:length])
            del self._waiting[:length]
            answers += self._answer(command, arguments, at_s)
        del self._waiting[:-_WAITING_BYTES]
        return bytes(answers)

    def tick(self, at_s: float) -> bytes:
        """The plain text at the end of its start."""
        if self._next_baud is not None and at_s >= self._next_baud[0]:
            self._baud = self._next_baud[1]
            self._next_baud = None
        if self._booted_s is None or at_s < self._booted_s:
            return b""
        self._booted_s = None
        return _BANNER

    def tell(self, word: str, *, is_on: bool, at_s: float) -> None:
        """It has no words."""

    def _answer(self, command: int, arguments: bytes, at_s: float) -> bytes:
        match command:
            case Command.VERSION:
                return vc0706.reply(command, _VERSION)
            case Command.RESET:
                self._reset(at_s)
            case Command.BAUD:
                self._change_baud(arguments, at_s)
            case Command.SIZE if self._can_resize:
                self._size = Size(arguments[0])
            case Command.WRITE_MEMORY:
                self._size_at_reset = Size(arguments[4])
            case Command.FRAME:
                is_frozen = arguments[0] == FrameControl.FREEZE
                self._frozen = self._take(self._size) if is_frozen else None
            case Command.LENGTH if self._frozen:
                return vc0706.reply(command, len(self._frozen).to_bytes(4, "big"))
            case Command.READ if self._frozen:
                return _read(self._frozen, arguments)
            case Command.LENGTH | Command.READ:
                return vc0706.reply(command, status=_CANNOT_NOW)
            case _:
                return vc0706.reply(command, status=_UNKNOWN)
        return vc0706.reply(command)

    def _reset(self, at_s: float) -> None:
        self._baud = _DEFAULT_BAUD
        self._size = self._size_at_reset
        self._frozen = None
        self._booted_s = at_s + BOOT_S
        self._waiting.clear()

    def _change_baud(self, arguments: bytes, at_s: float) -> None:
        """The reply still goes out at the old speed."""
        for baud, code in BAUD_CODES.items():
            if arguments[1:3] == code:
                self._next_baud = (at_s + BAUD_CHANGE_S, baud)


def _read(frozen: bytes, arguments: bytes) -> bytes:
    address = int.from_bytes(arguments[2:6], "big")
    length = int.from_bytes(arguments[6:10], "big")
    if address % 8 or address + length > len(frozen):
        return vc0706.reply(Command.READ, status=_WRONG_FORMAT)
    return vc0706.block(frozen[address : address + length])
