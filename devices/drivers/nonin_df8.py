"""Nonin pulse oximeters in data format 8 (Onyx II 9560, WristOx2 3150): four bytes a second.

Source: Nonin, "9560 OEM specification and technical information", serial data format 8; the test
    vectors of OpenTele (Apache-2.0), save the one where it takes 383 for a missing pulse.
Reads: SpO2 (%) and pulse rate (/min), the four-beat averages "formatted for display"; low battery;
    serial number, model, firmware revision.
Leaves out: the SmartPoint mark, the memory of the WristOx2, setting the clock. There is no
    plethysmogram in this format.

There is no checksum. Only the first byte of a packet has bit 7 set; a packet is believed when what
came before it was whole and what follows is silence, a checked reply or two whole packets: other
instruments at another speed look like one packet now and then. In a recording, where time is lost,
four bytes missing between two packets that differ can still join them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Final

from devices.protocols.nonin import MORE, Answer, Format, Measured, Message, Piece, Reply, Skipped
from devices.protocols.nonin_frames import Packet
from devices.protocols.nonin_live import Oximeter
from devices.readings import Quality

PACKET_BYTES: Final = 4
WITNESSES: Final = 2
"""chosen: random bytes make three packets in a row once in some ten thousand."""

_FIRST: Final = 0x80
_DISCONNECTED: Final = 0x40  # byte 1; WristOx2, reserved in the 9560
_OUT_OF_TRACK: Final = 0x20  # byte 1
_WEAK: Final = 0x1C  # byte 1: low perfusion, marginal perfusion, artifact
_PULSE_HIGH: Final = 0x03  # byte 1
_ALARM: Final = 0x08  # byte 4
_LOW_BATTERY: Final = 0x01  # byte 4


class Driver(Oximeter):
    """Decodes one packet a second."""

    MODEL: ClassVar[str] = "Nonin Onyx II 9560, WristOx2 3150 (data format 8)"
    FORMAT: ClassVar[Format] = Format.DF8
    SETTLED_AFTER: ClassVar[timedelta] = timedelta(milliseconds=250)
    """chosen: a packet takes 4 ms and the next comes after a second."""
    PACKETS_PER_S: ClassVar[int] = 1
    BYTES_PER_S: ClassVar[int] = PACKET_BYTES

    def __init__(self) -> None:
        super().__init__(_packet_length, _Packets())


class _Packets:
    """Holds packets back until what follows speaks for them."""

    def __init__(self) -> None:
        self._waiting: list[Packet] = []
        self._is_clean = True
        """What came before the next packet was whole, or nothing."""

    def hear(self, piece: Piece, now: datetime) -> Sequence[Packet]:
        """Take a piece of the stream; the packets it confirmed."""
        match piece:
            case Message(data):
                if self._is_clean:
                    self._waiting.append(Packet(_measured(data), now))
                self._is_clean = True
                return self._released(WITNESSES)
            case Reply():
                return self.settled()
            case Answer():
                self._waiting.clear()
            case Skipped():
                self._waiting.clear()
                self._is_clean = False
        return ()

    def settled(self) -> Sequence[Packet]:
        """The packets that wait, for a line that has fallen quiet behind them."""
        self._is_clean = True
        return self._released(0)

    def _released(self, kept: int) -> Sequence[Packet]:
        count = max(len(self._waiting) - kept, 0)
        packets, self._waiting = self._waiting[:count], self._waiting[count:]
        return packets


def _packet_length(buffer: bytearray, place: int) -> int:
    packet = buffer[place : place + PACKET_BYTES]
    if not packet[0] & _FIRST or any(byte & _FIRST for byte in packet[1:]):
        return 0
    return len(packet) if len(packet) == PACKET_BYTES else MORE


def _measured(data: bytes) -> Measured:
    status, pulse, spo2, status_2 = data
    return Measured(
        spo2=spo2,
        pulse=(status & _PULSE_HIGH) << 7 | pulse,
        why_nothing=_why_nothing(status, status_2),
        is_weak=bool(status & _WEAK),
        is_battery_low=bool(status_2 & _LOW_BATTERY),
    )


def _why_nothing(status: int, status_2: int) -> Quality | None:
    if status_2 & _ALARM or status & _DISCONNECTED:
        return Quality.NO_SIGNAL
    return Quality.SEARCHING if status & _OUT_OF_TRACK else None
