"""A LifeScan meter with the binary protocol as the host sees it: it answers, and keeps records.

An UltraMini counts and acknowledges messages; a VerioIQ only answers, at its own speed. `press`
measures.
"""

from dataclasses import dataclass
from itertools import cycle
from typing import ClassVar, Final

from devices.protocols import lifescan
from devices.protocols.lifescan import (
    ACKNOWLEDGED,
    DISCONNECT,
    EXPECTED,
    SENT,
    ULTRA,
    Dialect,
    Packet,
)
from devices.simulators.instrument import Material

PRESS: Final = "press"
MEMORY: Final = 500
"""Records it keeps; the oldest goes first."""
SERIAL: Final = "C176SA0B1"
FIRMWARE: Final = {True: "P02.00.0025/05/07", False: "TLBH_02.00.00"}
_VALUES: Final = (112, 186, 98)
_OLD: Final = ((8_000, 231), (4_000, 0xFFFE), (0, 0xFFFF))
"""Seconds and value of what it held before, of other patients perhaps; the newest first."""
_CLOCK_S: Final = 800_000_000
"""What its clock showed when it was switched on."""


@dataclass(frozen=True, slots=True)
class _Record:
    at_s: int
    value: int


class Simulator:
    """Answers requests from its memory."""

    WORDS: ClassVar[frozenset[str]] = frozenset({PRESS})
    """`press`: a strip with a drop of blood is put in."""

    def __init__(self, material: Material, *, dialect: Dialect = ULTRA) -> None:
        del material  # nothing to play: it has a memory of its own
        self._dialect = dialect
        self._packets = lifescan.Packets()
        self._records = [_Record(_CLOCK_S - 9_000 + at_s, value) for at_s, value in _OLD]
        self._values = cycle(_VALUES)
        self._sent = 0
        self._expected = 0

    @property
    def baud(self) -> int:
        """Each has one speed."""
        return self._dialect.baud

    def receive(self, data: bytes, at_s: float) -> bytes:
        """Answer every packet."""
        del at_s
        packets, _ = self._packets.take(data)
        return b"".join(map(self._answer, packets))

    def tick(self, at_s: float) -> bytes:
        """It never speaks first."""
        del at_s
        return b""

    def tell(self, word: str, *, is_on: bool, at_s: float) -> None:
        """`press`: measure."""
        if word == PRESS and is_on:
            self._records.insert(0, _Record(_CLOCK_S + round(at_s), next(self._values)))
            del self._records[MEMORY:]

    def _answer(self, packet: Packet) -> bytes:
        if not self._dialect.has_link:
            said = self._said(packet.message)
            return lifescan.packet(0, said) if said else b""
        if packet.link & DISCONNECT:
            self._sent = self._expected = 0
            return lifescan.packet(DISCONNECT | ACKNOWLEDGED)
        if packet.link & ACKNOWLEDGED:
            self._sent = SENT if packet.link & EXPECTED else 0
            return b""
        if bool(packet.link & SENT) != bool(self._expected):
            return b""
        self._expected ^= EXPECTED
        acknowledgement = lifescan.packet(ACKNOWLEDGED | self._expected | self._sent)
        said = self._said(packet.message)
        reply = lifescan.packet(self._expected | self._sent, said) if said else b""
        return acknowledgement + reply

    def _said(self, message: bytes) -> bytes:
        done = bytes((self._dialect.prefix, 0x06))
        if message == self._dialect.version:
            text = FIRMWARE[self._dialect.has_link].encode("ascii")
            return done + bytes((len(text),)) + text + self._end
        if message == self._dialect.serial:
            return done + SERIAL.encode("ascii") + self._end
        if message == self._dialect.count:
            counted = bytes((self._dialect.prefix, 0x0F)) if self._dialect.has_link else done
            return counted + len(self._records).to_bytes(2, "little")
        if message.startswith(self._dialect.record):
            return self._remembered(int.from_bytes(message[2:], "little"), done)
        return b""

    @property
    def _end(self) -> bytes:
        return b"" if self._dialect.has_link else b"\0"

    def _remembered(self, index: int, done: bytes) -> bytes:
        if index >= len(self._records):
            return b""
        record = self._records[index]
        value = record.value.to_bytes(2, "little")
        flags = bytes(2) if self._dialect.has_link else bytes(4)
        return done + record.at_s.to_bytes(4, "little") + value + flags
