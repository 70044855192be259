"""An analyser as the host sees it: silent until it has a result, then it bids for the line.

It sends whole messages in one frame or one record a frame, in turn; repeats a refused frame up to
six times, and ends the transfer when the host falls silent.
"""

from collections.abc import Iterator
from itertools import cycle
from typing import ClassVar, Final

from devices.protocols import astm
from devices.protocols.astm import Control, Frame
from devices.simulators.instrument import Material

ANSWER_WITHIN_S: Final = 15.0
"""E1381: how long a sender waits for an answer."""
MAX_REFUSALS: Final = 6
"""E1381: a frame refused so often is given up."""
SEND: Final = "send"
CONTROL: Final = "control"
GARBLE: Final = "garble"

_ENQ: Final = bytes((astm.ENQ,))
_EOT: Final = bytes((astm.EOT,))
_HEADER: Final = b"H|\\^&|||Afinion 2 Analyzer^^SIM0001|||||||%b|1|20260131080512\r"
_HBA1C: Final = b"P|1||42\rO|1||7|^^^HbA1c\rR|1|^^^HbA1c|5.9|%||||F||||20260131080411\rL|1|N\r"
_RECORDS: Final = (
    b"P|1||43\r",
    b"O|1||8|^^^CRP\r",
    b"R|1|^^^CRP|<5|mg/L||<||F||||20260131081120\r",
    b"L|1|N\r",
)


class Simulator:
    """A sender: bids, sends, repeats, gives up."""

    WORDS: ClassVar[frozenset[str]] = frozenset({SEND, CONTROL, GARBLE})
    """`send`: send the next result; `control`: send one of a control; `garble`: spoil a frame."""

    def __init__(self, material: Material) -> None:
        """The results of a recording in turn, else of its own."""
        recorded = _recorded_texts(material.capture) if material.capture else ()
        self._messages = cycle((recorded,) if recorded else _own_texts(b"P"))
        self._waiting: list[bytes] = []
        """ENQ and frames still to be acknowledged."""
        self._is_bidding = False
        self._sent_s = 0.0
        self._refusals = 0
        self._is_garbled = False

    @property
    def baud(self) -> int:
        """E1381's usual speed."""
        return 9600

    def receive(self, data: bytes, at_s: float) -> bytes:
        """Go on at ACK, repeat at NAK."""
        answers = bytearray()
        for item in astm.Frames().take(data)[0]:
            if isinstance(item, Control) and self._waiting:
                answers += self._answered(item.byte, at_s)
        return bytes(answers)

    def tick(self, at_s: float) -> bytes:
        """Give up a host that does not answer."""
        if not self._waiting:
            return b""
        if not self._is_bidding:
            self._is_bidding = True
            return self._sent(at_s)
        return self._ended() if at_s - self._sent_s >= ANSWER_WITHIN_S else b""

    def tell(self, word: str, *, is_on: bool, at_s: float) -> None:  # noqa: ARG002 - the contract
        """Begin what the word says; nothing while a transfer is under way."""
        if not is_on:
            return
        match word:
            case "send":
                self._begin(next(self._messages))
            case "control":
                self._begin(next(_own_texts(b"Q")))
            case _:
                self._is_garbled = True

    def _begin(self, texts: tuple[bytes, ...]) -> None:
        if not self._waiting:
            frames = (astm.frame(number, text) for number, text in enumerate(texts, start=1))
            self._waiting = [_ENQ, *frames]

    def _answered(self, byte: int, at_s: float) -> bytes:
        self._refusals = self._refusals + 1 if byte == astm.NAK else 0
        if byte == astm.ACK:
            self._waiting.pop(0)
        is_over = not self._waiting or self._refusals > MAX_REFUSALS
        return self._ended() if is_over else self._sent(at_s)

    def _ended(self) -> bytes:
        self._waiting.clear()
        self._is_bidding = False
        self._refusals = 0
        return _EOT

    def _sent(self, at_s: float) -> bytes:
        self._sent_s = at_s
        wire = self._waiting[0]
        if self._is_garbled and wire != _ENQ:
            self._is_garbled = False
            return wire.replace(b"|", b"!", 1)
        return wire


def _own_texts(processing: bytes) -> Iterator[tuple[bytes, ...]]:
    yield (_HEADER % processing + _HBA1C,)
    yield (_HEADER % processing, *_RECORDS)


def _recorded_texts(capture: bytes) -> tuple[bytes, ...]:
    found, _ = astm.Frames().take(capture)
    return tuple(item.text for item in found if isinstance(item, Frame))
