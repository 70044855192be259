"""Which lost packets are worth sending again, and as what (RFC 4588). No I/O."""

from dataclasses import dataclass
from typing import Final

from client.net.header_extensions import payload_at

HISTORY_LIMIT: Final = 1_024
"""Packets of one stream; chosen: four seconds at 2 Mbit/s. aiortc keeps 128."""
WAIT_LIMIT_S: Final = 0.4
"""chosen: a repeat that could not leave within so long has been dropped."""
_FIRST_RTT_S: Final = 0.1
"""chosen: until a round trip is known."""
_SEQUENCES: Final = 1 << 16
_PADDING_LIMIT: Final = 255
_HAS_PADDING: Final = 0x20
_HAS_MARKER: Final = 0x80


@dataclass(slots=True)
class _Sent:
    data: bytes
    sent_s: float
    again_at_s: float
    """Before this the peer cannot know what became of it."""


class History:
    """What one stream has sent lately."""

    def __init__(self, useful_s: float) -> None:
        """``useful_s``: how long after a round trip a packet may still be played."""
        self._useful_s = useful_s
        self._sent: dict[int, _Sent] = {}

    def has(self, packet: bytes) -> bool:
        """Whether this packet has left before."""
        return sequence_of(packet) in self._sent

    def note(self, packet: bytes, now_s: float) -> None:
        """A packet leaves for the first time."""
        sequence = sequence_of(packet)
        self._sent.pop(sequence, None)
        self._sent[sequence] = _Sent(packet, now_s, now_s)
        if len(self._sent) > HISTORY_LIMIT:
            del self._sent[next(iter(self._sent))]

    def note_again(self, sequence: int, now_s: float, rtt_s: float | None) -> None:
        """A repeat leaves: it takes a round trip until the peer can rightly ask once more."""
        if sent := self._sent.get(sequence):
            sent.again_at_s = now_s + (rtt_s or _FIRST_RTT_S)

    def forget(self) -> None:
        """What comes next stands alone: nothing before it will be needed."""
        self._sent.clear()

    def lost(self, sequence: int, now_s: float, rtt_s: float | None) -> bytes | None:
        """The packet to send again; None if it never left, waits already or comes too late."""
        sent = self._sent.get(sequence)
        if sent is None or now_s < sent.again_at_s:
            return None
        if now_s > sent.sent_s + (rtt_s or _FIRST_RTT_S) + self._useful_s:
            return None
        sent.again_at_s = now_s + WAIT_LIMIT_S
        return sent.data


class Repeats:
    """The stream that carries another's packets again, and padding."""

    def __init__(self, ssrc: int, payload_type: int, first: int) -> None:
        """``first`` is the first sequence number."""
        self._ssrc = ssrc.to_bytes(4)
        self._payload_type = payload_type
        self._next = first

    def wrap(self, packet: bytes) -> bytes:
        """A packet of the other stream, under a number of this one."""
        at = payload_at(packet)
        payload_type = packet[1] & _HAS_MARKER | self._payload_type
        head = packet[:1] + bytes([payload_type]) + self._sequence()
        return head + packet[4:8] + self._ssrc + packet[12:at] + packet[2:4] + packet[at:]

    def padding(self, timestamp: int, size: int) -> bytes:
        """A packet of nothing but padding (RFC 3550, 5.1), of 1 to 255 bytes."""
        size = min(max(size, 1), _PADDING_LIMIT)
        head = bytes([0x80 | _HAS_PADDING, self._payload_type]) + self._sequence()
        return head + timestamp.to_bytes(4) + self._ssrc + bytes(size - 1) + bytes([size])

    def _sequence(self) -> bytes:
        sequence = self._next
        self._next = (self._next + 1) % _SEQUENCES
        return sequence.to_bytes(2)


def sequence_of(packet: bytes) -> int:
    """The sequence number of an RTP packet."""
    return int.from_bytes(packet[2:4])


def original_sequence_of(repeat: bytes) -> int | None:
    """Whose repeat it is (RFC 4588, 4); None for padding."""
    at = payload_at(repeat)
    return None if repeat[0] & _HAS_PADDING else int.from_bytes(repeat[at : at + 2])
