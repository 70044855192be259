"""A Contec CMS50 as the host sees it: silent until asked, then 60 packets a second.

It replays a recorded stream, or draws its own pulse, and has two sessions in its memory. Without
keep-alive it stops after a minute.
"""

from itertools import cycle
from math import exp, sin, tau
from typing import ClassVar, Final

from devices.protocols import contec
from devices.protocols.contec import Command, Type
from devices.simulators.contec_storage import Store
from devices.simulators.instrument import Material

RATE_HZ: Final = 60
TIRED_AFTER_S: Final = 60.0
"""Without keep-alive the live stream stops after about a minute."""
SEARCHING_S: Final = 3.0
"""chosen: how long it looks for a pulse once a finger is back."""
FINGER: Final = "finger"
_LATE_PACKETS: Final = 30
"""A machine that slept does not get more than so many packets at once."""

_IDENTIFIER: Final = b"CMS50E "
_UNSUPPORTED: Final = 5  # V7.0, reasons
_PROBE_ERROR: Final = 0x80
_SEARCHING: Final = 0x80
_BAR_FULL: Final = 15


class Simulator:
    """Answers commands and streams."""

    WORDS: ClassVar[frozenset[str]] = frozenset({FINGER})
    """`finger`: the finger is out of the probe."""

    def __init__(self, material: Material, *, spo2_pct: int = 97, pulse_bpm: int = 72) -> None:
        self._packets = contec.Packets()
        self._recorded = cycle(_realtime_packets(material.capture)) if material.capture else None
        self.store = Store()
        """Its memory."""
        self._spo2_pct = spo2_pct
        self._pulse_bpm = pulse_bpm
        self._is_live = False
        self._kept_alive_s = 0.0
        self._next_s = 0.0
        self._phase = 0.0
        """Where in a beat, 0..1."""
        self._is_finger_out = False
        self._searching_until_s = 0.0

    @property
    def baud(self) -> int:
        """V7.0 has one speed."""
        return 115_200

    def receive(self, data: bytes, at_s: float) -> bytes:
        """Answer every command."""
        packets, _ = self._packets.take(data)
        packets += self._packets.settled()
        asked = (packet for packet in packets if packet.type == contec.COMMAND)
        return b"".join(self._answer(packet, at_s) for packet in asked)

    def tick(self, at_s: float) -> bytes:
        """The packets due by now."""
        if self._is_live and at_s - self._kept_alive_s > TIRED_AFTER_S:
            self._is_live = False
        if not self._is_live:
            return self.store.tick(at_s)
        self._next_s = max(self._next_s, at_s - _LATE_PACKETS / RATE_HZ)
        due = bytearray()
        while self._next_s <= at_s:
            due += self._packet(self._next_s)
            self._next_s += 1 / RATE_HZ
        return bytes(due)

    def tell(self, word: str, *, is_on: bool, at_s: float) -> None:
        """`finger`: take the finger out, or put it back and let the probe search."""
        if word == FINGER:
            self._is_finger_out = is_on
            self._searching_until_s = at_s + SEARCHING_S

    def _answer(self, asked: contec.Packet, at_s: float) -> bytes:
        self._kept_alive_s = at_s
        remembered = self.store.answer(asked, at_s)
        if remembered is not None:
            return remembered
        command = asked.data[0]
        match command:
            case Command.START_LIVE | Command.KEEP_ALIVE:
                if command == Command.START_LIVE:
                    self._is_live, self._next_s = True, at_s
                return b""
            case Command.STOP_LIVE:
                self._is_live = False
                return contec.packet(Type.STOPPED, ())
            case Command.IDENTIFIER:
                return contec.packet(Type.IDENTIFIER, _IDENTIFIER)
            case Command.HELLO:
                return contec.packet(Type.FEEDBACK, (command, 0))
            case _:
                return contec.packet(Type.FEEDBACK, (command, _UNSUPPORTED))

    def _packet(self, at_s: float) -> bytes:
        if self._is_finger_out:
            return _realtime(_PROBE_ERROR, 0x40, 0, 0xFF, 0x7F)
        if at_s < self._searching_until_s:
            return _realtime(0, _SEARCHING, 0, 0xFF, 0x7F)
        if self._recorded is not None:
            return next(self._recorded)
        return self._drawn(at_s)

    def _drawn(self, at_s: float) -> bytes:
        """A quiet adult: pulse and perfusion breathe a little."""
        breath = sin(tau * at_s / 4.5)
        pulse_bpm = round(self._pulse_bpm + 1.5 * breath)
        self._phase = (self._phase + pulse_bpm / 60 / RATE_HZ) % 1
        systole = exp(-(((self._phase - 0.16) / 0.08) ** 2))
        dicrotic = 0.38 * exp(-(((self._phase - 0.45) / 0.11) ** 2))
        height = min(systole + dicrotic, 1)
        wave = round(18 + 84 * height + 5 * breath)
        beep = 0x40 if self._phase < pulse_bpm / 60 / RATE_HZ else 0
        perfusion = round(240 + 20 * breath)
        bar = round(_BAR_FULL * height)
        return _realtime(7 | beep, wave, bar, pulse_bpm, self._spo2_pct, perfusion=perfusion)


def _realtime(*content: int, perfusion: int = 0xFFFF) -> bytes:
    """Status, wave, bar, pulse, SpO2; the perfusion index in hundredths, missing by default."""
    return contec.packet(Type.REALTIME, (*content, perfusion & 0xFF, perfusion >> 8))


def _realtime_packets(capture: bytes) -> list[bytes]:
    """The live packets of a recording, as they were on the wire."""
    packets = contec.Packets()
    found, _ = packets.take(capture)
    found += packets.settled()
    return [
        contec.packet(packet.type, packet.data) for packet in found if packet.type == Type.REALTIME
    ]
