"""What becomes of our packets between aiortc and the wire, apart from waiting. No I/O.

Voice is made redundant, everything of RTP gets room for its transport-wide number before it waits
and the number when it leaves, and what left is remembered in case the peer misses it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.probing import Probe
from client.core.lanes import Carrier, Lane, Packet
from client.net.classification import Streams, is_control
from client.net.gauge import Gauge
from client.net.header_extensions import number_in, payload_at, with_number, with_room
from client.net.redundancy import Redundancy
from client.net.retransmission import History, Repeats, original_sequence_of, sequence_of
from client.net.sender_reports import SenderReports

VOICE_USEFUL_S: Final = 0.3
"""chosen: what the peer holds voice back for, above a round trip, at most."""
PICTURE_USEFUL_S: Final = 1.5
"""chosen: later, a new key frame has been asked for."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What both descriptions agreed on."""

    numbering_id: int | None
    """Header extension of the transport-wide number; None: the peer gives no such feedback."""
    redundant_voice: int | None
    """Payload type (RFC 2198)."""
    repeated_picture: int | None
    """Payload type (RFC 4588)."""


class Egress:
    """Dresses the packets of one connection."""

    def __init__(
        self,
        streams: Streams,
        gauge: Gauge,
        link: LinkLayer,
        *,
        seal_voice: Callable[[bytes], bytes | None] = bytes,
    ) -> None:
        """`seal_voice` makes of a voice packet's payload what is to leave; None: nothing is."""
        self._seal_voice = seal_voice
        self.gauge = gauge
        """Learns of each packet that leaves."""
        self.link = link
        """By whose accounting sizes are told to the gauge."""
        self.reports = SenderReports(voice=streams.voice, picture=streams.picture)
        self._streams = streams
        self._numbering_id: int | None = None
        self._redundancy: Redundancy | None = None
        self._repeats: Repeats | None = None
        self._voice = History(VOICE_USEFUL_S)
        self._picture = History(PICTURE_USEFUL_S)
        self._key: int | None = None
        self._timestamp = 0
        self.rtt_s: float | None = None
        """As estimated; None: unknown."""

    def agree(self, agreement: Agreement, first_repeat: int) -> None:
        """The descriptions are exchanged; ``first_repeat`` numbers the first repeat's packet."""
        self._numbering_id = agreement.numbering_id
        if agreement.redundant_voice is not None:
            self._redundancy = Redundancy(agreement.redundant_voice)
        if agreement.repeated_picture is not None:
            ssrc = self._streams.picture_again
            self._repeats = Repeats(ssrc, agreement.repeated_picture, first_repeat)

    def make_voice_redundant(self, *, on: bool) -> None:
        """From the next packet on, where the peer can take it."""
        if self._redundancy is not None:
            self._redundancy.is_on = on

    def dress(
        self, carrier: Carrier, data: bytes, now_s: float, captured_s: float | None = None
    ) -> bytes | None:
        """A packet of aiortc's as it is to wait; None: it is not to leave.

        ``captured_s``: when the media in it was.
        """
        if carrier is Carrier.DATA:
            return data
        if is_control(data):
            return self.reports.corrected(data, now_s)
        self.reports.note_handed(data, captured_s, now_s)
        if self._streams.of(data) is not Lane.VOICE:
            return self._with_room(data)
        voice = self._spoken(data)
        return None if voice is None else self._with_room(voice)

    def _spoken(self, packet: bytes) -> bytes | None:
        """A packet of voice with what it repeats, sealed."""
        if self._redundancy is not None:
            packet = self._redundancy.wrap(packet)
        at = payload_at(packet)
        payload = self._seal_voice(packet[at:])
        return None if payload is None else packet[:at] + payload

    def lost_voice(self, sequence: int, now_s: float) -> bytes | None:
        """The packet to send again, byte for byte, if that is worth it.

        Another number under the same voice packet's key and nonce would undo the authentication
        (AES-GCM; RFC 7714, 17.2 forbids it). Redundant voice needs no repeat.
        """
        if self._redundancy is not None and self._redundancy.is_on:
            return None
        return self._voice.lost(sequence, now_s, self.rtt_s)

    def lost_picture(self, sequence: int, now_s: float) -> bytes | None:
        """What repeats this packet of a picture, if that is worth it."""
        if self._repeats is None:
            return None
        packet = self._picture.lost(sequence, now_s, self.rtt_s)
        return None if packet is None else self._repeats.wrap(packet)

    def padding(self, size: int) -> bytes | None:
        """Padding to probe the line with; None where the peer could not tell of it."""
        if self._repeats is None or self._numbering_id is None:
            return None
        return self._with_room(self._repeats.padding(self._timestamp, size))

    def probe_behind(self, packet: Packet, now_s: float) -> Probe | None:
        """Padding that is to leave right behind this packet of data, if any."""
        return self.gauge.probe_behind(self._cost_bytes(packet), now_s)

    def release(self, lane: Lane, packet: Packet, now_s: float) -> bytes:
        """The packet's bytes as they leave now."""
        if packet.carrier is Carrier.DATA or is_control(packet.data):
            self.gauge.pass_by(self._cost_bytes(packet), now_s)
            return packet.data
        stream = self._streams.of(packet.data)
        if stream is Lane.VOICE and self._voice.has(packet.data):
            return self._release_again(packet, now_s)
        data = self._numbered(lane, packet, now_s)
        if stream is not Lane.RETRANSMISSION:
            self.reports.note_left(data, now_s)
        if stream is Lane.VOICE:
            self._voice.note(data, now_s)
        elif stream is Lane.PICTURE:
            self._note_picture(data, packet, now_s)
        elif (sequence := original_sequence_of(data)) is not None:
            self._picture.note_again(sequence, now_s, self.rtt_s)
        return data

    def _release_again(self, packet: Packet, now_s: float) -> bytes:
        self._voice.note_again(sequence_of(packet.data), now_s, self.rtt_s)
        if self._numbering_id is None:
            self.gauge.pass_by(self._cost_bytes(packet), now_s)
        else:
            self.gauge.repeat(number_in(packet.data), self._cost_bytes(packet), now_s)
        return packet.data

    def _note_picture(self, data: bytes, packet: Packet, now_s: float) -> None:
        self._timestamp = int.from_bytes(data[4:8])
        if packet.is_key and packet.picture != self._key:
            self._key = packet.picture
            self._picture.forget()
        self._picture.note(data, now_s)

    def _with_room(self, data: bytes) -> bytes:
        return data if self._numbering_id is None else with_room(data, self._numbering_id)

    def _numbered(self, lane: Lane, packet: Packet, now_s: float) -> bytes:
        if self._numbering_id is None:
            self.gauge.pass_by(self._cost_bytes(packet), now_s)
            return packet.data
        number = self.gauge.number(lane, self._cost_bytes(packet), now_s)
        return with_number(packet.data, number)

    def _cost_bytes(self, packet: Packet) -> int:
        return self.link.cost_bytes(packet.size_bytes)
