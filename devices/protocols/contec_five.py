"""Packets of five bytes: the frame that Contec's first protocol and Berry's share.

Source: Contec, "Communication protocol" V5.0A, and Berry, "BCI protocol V1.2", with what public
    programs found in the field. Only the first byte of a packet has bit 7 set. Contec's memory
    comes as groups of three bytes, the first two with bit 7 set.

There is no checksum and no word that says whose stream it is, so a group is believed once the byte
after it begins another one, and the stream once several groups followed each other. What does not
understand the stream at all, at a wrong speed for instance, finds no such row.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from devices.readings import Quality, Reading, Vital

TOP: Final = 0x80
LOW: Final = 0x7F
PACKET_BYTES: Final = 5
TRIPLE_BYTES: Final = 3

SETTLED_AFTER: Final = timedelta(milliseconds=30)
"""chosen: twice the time between packets; a whole packet followed by nothing is then believed."""
SURE_AFTER: Final = 6
"""chosen: a stream shows so many in 0.1 s; random bytes do once in 2**36 places."""

PACE_WINDOW_S: Final = 2.0
"""chosen: 60 and 100 packets a second differ by 80 packets then."""
PACE_TOLERANCE: Final = 0.15
"""chosen: well less than half of what lies between 60 and 100."""
PACE_WINDOWS: Final = 2
"""chosen: a computer that stutters does so for one window, not for two in the same way."""

_SIGNAL: Final = 0x0F  # byte 1, 0..8; F is no judgement
_FULL_SIGNAL: Final = 8
_WEAK_SIGNAL: Final = 2
"""chosen: the lowest quarter of the instruments' own 0..8 bar, as for Contec's later protocol."""
_PULSE_TOP: Final = 0x40  # byte 3, bit 7 of the pulse rate
_PULSE_INVALID: Final = (0x00, 0xFF)
_SPO2_INVALID: Final = (0x00, 0x7F)
_MOST_TOPS: Final = 2
_MOST_BYTES: Final = PACKET_BYTES + 1
"""No more bytes than this ever wait for their end."""


@dataclass(frozen=True, slots=True)
class Group:
    """One packet or triple as it travelled."""

    data: bytes
    noise: int = 0
    """Bytes thrown away since the group before."""


class Groups:
    """Finds packets, triples, and triples with a byte behind them, in any slicing of the stream.

    The last kind is four bytes long: an instrument was seen to send a byte more after its length.
    """

    def __init__(self) -> None:
        self._partial = bytearray()
        self._noise = 0
        self._dropped = 0

    def __len__(self) -> int:
        """Bytes waiting for the rest of their group, or for what follows it."""
        return len(self._partial)

    def take(self, data: bytes) -> tuple[list[Group], int]:
        """The groups this slice confirmed, and how many bytes were noise."""
        groups: list[Group] = []
        for byte in data:
            if byte & TOP:
                groups += self._ended()
            elif not self._partial or len(self._partial) == _MOST_BYTES:
                self._drop(len(self._partial) + 1)
                continue
            self._partial.append(byte)
        dropped, self._dropped = self._dropped, 0
        return groups, dropped

    def settled(self) -> list[Group]:
        """The group that waits complete, for a line that has fallen quiet behind it."""
        return self._ended() if _whole(self._partial) else []

    def _ended(self) -> list[Group]:
        """A byte with bit 7 set follows: it belongs to what waits, or begins another group."""
        if not self._partial or self._partial[-1] & TOP:
            self._drop(max(0, len(self._partial) - _MOST_TOPS + 1))
            return []
        whole = _whole(self._partial)
        self._drop(len(self._partial) - len(whole))
        if not whole:
            return []
        self._partial.clear()
        noise, self._noise = self._noise, 0
        return [Group(whole, noise)]

    def _drop(self, count: int) -> None:
        del self._partial[:count]
        self._noise += count
        self._dropped += count


class Row:
    """Believes one kind of group only after several of them followed each other."""

    def __init__(self) -> None:
        self.is_sure = False
        """Whether the stream is this kind's, for all that is known."""
        self._held: list[bytes] = []
        self._thrown = 0

    def add(self, group: Group) -> list[bytes]:
        """Take one group; what is believed now, in order."""
        if self.is_sure:
            return [group.data]
        if group.noise:
            self.interrupt()
        self._held.append(group.data)
        self.is_sure = len(self._held) == SURE_AFTER
        return self.released() if self.is_sure else []

    def released(self) -> list[bytes]:
        """What is held of a row that ended well, though it was short."""
        held, self._held = self._held, []
        return held

    def doubt(self) -> None:
        """Something else was believed: begin anew."""
        self.is_sure = False
        self.interrupt()

    def interrupt(self) -> None:
        """Something else was heard once: a short row is none, a stream goes on."""
        self._thrown += sum(map(len, self._held))
        self._held.clear()

    def thrown(self) -> int:
        """Bytes of groups that were not believed, since this was asked last."""
        thrown, self._thrown = self._thrown, 0
        return thrown


class Pace:
    """Tells two instruments with one frame apart by how many packets a second they send."""

    def __init__(self, foreign_hz: int) -> None:
        """`foreign_hz`: the pace of the instrument this is not."""
        self._foreign_hz = foreign_hz
        self._since: datetime | None = None
        self._packets = 0
        self._foreign_windows = 0

    def is_foreign(self, packets: int, now: datetime, *, is_clean: bool) -> bool:
        """Whether so many packets, just come, show the other one's pace at last.

        Time comes from whoever reads the line: a recording played at this instrument's pace never
        shows another.
        """
        if self._since is None or not is_clean:
            self._since, self._packets = now, 0
            return False
        self._packets += packets
        passed_s = (now - self._since).total_seconds()
        if passed_s < PACE_WINDOW_S:
            return False
        is_foreign = abs(self._packets / passed_s / self._foreign_hz - 1) < PACE_TOLERANCE
        self._foreign_windows = self._foreign_windows + 1 if is_foreign else 0
        self._since, self._packets = now, 0
        return self._foreign_windows == PACE_WINDOWS


def _whole(partial: bytearray) -> bytes:
    """The group at the end of one or two bytes with bit 7 set and others; nothing if none."""
    tops = _MOST_TOPS if len(partial) > 1 and partial[1] & TOP else 1
    lows = len(partial) - tops
    if lows == PACKET_BYTES - 1:
        return bytes(partial[-PACKET_BYTES:])
    if tops == _MOST_TOPS and lows in (1, 2):
        return bytes(partial)
    return b""


def readings(packet: bytes, now: datetime) -> list[Reading]:
    """SpO2 and pulse rate, which both makers put in the same places, where a finger is in."""
    is_strong = _WEAK_SIGNAL < packet[0] & _SIGNAL <= _FULL_SIGNAL
    given = Quality.GOOD if is_strong else Quality.WEAK
    return [
        Reading(vital, value, Quality.NO_SIGNAL if value is None else given, now)
        for vital, value in zip((Vital.SPO2, Vital.PULSE), _values(packet), strict=True)
    ]


def _values(packet: bytes) -> tuple[int | None, int | None]:
    """Both values, `None` where invalid."""
    pulse = (packet[2] & _PULSE_TOP) << 1 | packet[3]
    spo2 = packet[4]
    if spo2 in _SPO2_INVALID:
        # 127 beside no SpO2 is half of an invalid 255, spliced by a lost piece of five bytes
        return None, None if pulse in (*_PULSE_INVALID, LOW) else pulse
    return spo2, None if pulse in _PULSE_INVALID else pulse
