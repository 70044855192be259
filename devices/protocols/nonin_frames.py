"""Nonin's data formats 2 and 7: frames of five bytes, 75 a second, of which 25 make a packet.

Source: as `devices.protocols.nonin`. Each frame carries status, a sample of the plethysmogram and
one byte of the packet: the first frame of a packet says so. Format 2: 01 status sample byte sum;
format 7: status sample (two bytes, high first) byte sum; sum of the four before it, modulo 256.

Of the values that a packet holds, those "formatted for display" are read: averages over four
beats, which the maker calls the most reliable. They stay for ten seconds after the finger has left,
so the sensor alarm is looked at first. Where an instrument leaves them at 0, the ones for recording
count, averages over four beats as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from devices.protocols.nonin import (
    MISSING_PULSE,
    MISSING_SPO2,
    MORE,
    Measured,
    Message,
    Piece,
    Skipped,
)
from devices.readings import Quality

RATE_HZ: Final = 75
FRAME_BYTES: Final = 5
PACKET_FRAMES: Final = 25
PACKETS_PER_S: Final = RATE_HZ // PACKET_FRAMES

ALARMED_FRAMES: Final = 2
"""chosen: one frame may be noise; two in a row are so once in 2^34 times."""

START_DF2: Final = 0x01
ALWAYS: Final = 0x80
DISCONNECTED: Final = 0x40  # OEM III and Xpod; reserved in the 9560
ARTIFACT: Final = 0x20
OUT_OF_TRACK: Final = 0x10
ALARM: Final = 0x08
NO_FINGER: Final = ALARM | DISCONNECTED
RED: Final = 0x04
GREEN: Final = 0x02
"""Together with `RED` it says yellow, "low/marginal signal quality"."""
SYNC: Final = 0x01

PULSE: Final = (0, 1)
SPO2: Final = 2
REVISION: Final = 3
STATUS_2: Final = 7
SPO2_DISPLAY: Final = 8
PULSE_DISPLAY: Final = (19, 20)
"""Places in the packet, from 0."""

LOW_BATTERY: Final = 0x01
_SEVEN_BITS: Final = 0x7F
_PULSE_HIGH: Final = 0x03


@dataclass(frozen=True, slots=True)
class Packet:
    """What one packet says."""

    measured: Measured
    started_at: datetime | None = None
    """When its first byte came; `None` for one that is only an alarm."""
    firmware: str | None = None
    samples: bytes = b""
    """Of the plethysmogram, at `RATE_HZ`; none while there is no finger."""


_NOTHING: Final = Packet(
    Measured(MISSING_SPO2, MISSING_PULSE, Quality.NO_SIGNAL, is_weak=False, is_battery_low=False)
)


def frame_length_df2(buffer: bytearray, place: int) -> int:
    """Whether a frame of format 2 begins here; see `devices.protocols.nonin.Length`."""
    if buffer[place] != START_DF2 or not _is_status(buffer[place + 1 : place + 2]):
        return 0
    return _summed_length(buffer, place)


def frame_length_df7(buffer: bytearray, place: int) -> int:
    """Whether a frame of format 7 begins here."""
    return _summed_length(buffer, place) if _is_status(buffer[place : place + 1]) else 0


class Packets:
    """Joins frames to packets. A frame lost or added voids the packet: its bytes are told by place.

    A packet is believed when the frame after it begins the next one, or when the line falls quiet.
    """

    def __init__(self, status_at: int, *, is_marked: bool) -> None:
        """`status_at`: place of the status in a frame; the sample's high byte follows.

        `is_marked`: frames have a start byte of their own, and a few of them that tell of the
        sensor alarm are believed without the rest of their packet.
        """
        self._status_at = status_at
        self._is_marked = is_marked
        self._alarmed = 0
        """Frames in a row that told of the sensor alarm, in no packet so far."""
        self._frames: list[bytes] = []
        self._started_at: datetime | None = None
        self._is_weak = False
        """The last pulse was; most packets hold none."""

    def hear(self, piece: Piece, now: datetime) -> Sequence[Packet]:
        """Take a piece of the stream; the packet it confirmed."""
        if isinstance(piece, Skipped):
            self._frames.clear()
            self._alarmed = 0
        if not isinstance(piece, Message):
            return ()
        packets: Sequence[Packet] = ()
        status = piece.data[self._status_at]
        if status & SYNC:
            packets = self.settled()
            self._frames = [piece.data]
            self._started_at = now
        elif len(self._frames) == PACKET_FRAMES:
            self._frames.clear()
        elif self._frames:
            self._frames.append(piece.data)
        self._alarmed = self._alarmed + 1 if status & NO_FINGER else 0
        return packets

    def settled(self) -> Sequence[Packet]:
        """The packet that waits complete, for a line that has fallen quiet behind it."""
        is_alarmed = self._is_marked and self._alarmed >= ALARMED_FRAMES
        self._alarmed = 0
        if len(self._frames) != PACKET_FRAMES or self._started_at is None:
            return (_NOTHING,) if is_alarmed else ()
        statuses = bytes(frame[self._status_at] for frame in self._frames)
        samples = bytes(frame[self._status_at + 1] for frame in self._frames)
        slots = bytes(frame[-2] for frame in self._frames)
        self._frames.clear()
        measured = self._measured(slots, statuses)
        is_drawn = measured.why_nothing is not Quality.NO_SIGNAL
        revision = slots[REVISION] & _SEVEN_BITS
        firmware = str(revision) if revision else None
        return (Packet(measured, self._started_at, firmware, samples if is_drawn else b""),)

    def _measured(self, slots: bytes, statuses: bytes) -> Measured:
        status = 0
        for one in statuses:
            status |= one
        why_nothing = _why_nothing(status)
        if status & (RED | ARTIFACT):
            self._is_weak = True
        elif status & GREEN or why_nothing is not None:
            self._is_weak = False
        return Measured(
            spo2=slots[SPO2_DISPLAY] & _SEVEN_BITS or slots[SPO2] & _SEVEN_BITS,
            pulse=_pulse(slots, PULSE_DISPLAY) or _pulse(slots, PULSE),
            why_nothing=why_nothing,
            is_weak=self._is_weak,
            is_battery_low=bool(slots[STATUS_2] & LOW_BATTERY),
        )


def frame_df2(status: int, sample: int, slot: int) -> bytes:
    """One frame of format 2 as it travels."""
    return _summed(START_DF2, ALWAYS | status, sample, slot)


def frame_df7(status: int, sample: int, slot: int) -> bytes:
    """One frame of format 7 as it travels; `sample` has sixteen bits."""
    return _summed(ALWAYS | status, sample >> 8, sample & 0xFF, slot)


def _summed(*content: int) -> bytes:
    return bytes((*content, sum(content) & 0xFF))


def _is_status(byte: bytearray) -> bool:
    """Whether a status may be here; true as long as nothing is."""
    return not byte or bool(byte[0] & ALWAYS)


def _summed_length(buffer: bytearray, place: int) -> int:
    if len(buffer) - place < FRAME_BYTES:
        return MORE
    *content, total = buffer[place : place + FRAME_BYTES]
    return FRAME_BYTES if sum(content) & 0xFF == total else 0


def _why_nothing(status: int) -> Quality | None:
    if status & NO_FINGER:
        return Quality.NO_SIGNAL
    return Quality.SEARCHING if status & OUT_OF_TRACK else None


def _pulse(slots: bytes, places: tuple[int, int]) -> int:
    high, low = (slots[place] for place in places)
    return (high & _PULSE_HIGH) << 7 | (low & _SEVEN_BITS)
