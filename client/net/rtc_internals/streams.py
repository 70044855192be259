"""Hooks into the RTP and RTCP of one connection, before aiortc reads them and after it agreed."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from client.net import redundancy
from client.net.egress import Agreement
from client.net.header_extensions import NUMBERING

Take = Callable[[bytes], Awaitable[None]]


def on_control(transport: Any, keep: Callable[[bytes], bytes]) -> None:
    """Show each compound RTCP packet to ``keep``; aiortc gets what that leaves.

    aiortc would read transport-wide feedback as a NACK. Needs ``_handle_rtcp_data``.
    """
    handle: Take = transport._handle_rtcp_data  # noqa: SLF001 -- no public hook

    async def kept(data: bytes) -> None:
        if rest := keep(data):
            await handle(rest)

    transport._handle_rtcp_data = kept  # noqa: SLF001 -- no public hook


def on_packet(transport: Any, note: Callable[[bytes], None]) -> None:
    """Call ``note`` with each RTP packet of the peer; needs ``_handle_rtp_data``."""
    handle = transport._handle_rtp_data  # noqa: SLF001 -- no public hook

    async def noted(data: bytes, arrival_time_ms: int) -> None:
        note(data)
        await handle(data, arrival_time_ms=arrival_time_ms)

    transport._handle_rtp_data = noted  # noqa: SLF001 -- no public hook


def play_apart(sender: Any) -> None:
    """Put the sender's track into a stream of its own, before there is a description.

    A browser lets tracks of one stream wait for each other; needs ``_stream_id``.
    """
    sender._stream_id = sender._track_id  # noqa: SLF001 -- no public name


def on_nack(sender: Any, repeat: Callable[[int], None]) -> None:
    """Have the peer's NACKs answered by ``repeat(sequence)``; needs ``_retransmit``."""

    async def repeated(sequence: int) -> None:
        repeat(sequence)

    sender._retransmit = repeated  # noqa: SLF001 -- no public hook


@dataclass(frozen=True, slots=True)
class VoicePacket:
    """One packet of the peer's voice as it came."""

    sequence: int
    blocks: Sequence[tuple[int, bytes]]
    """Timestamp (48 kHz, 32 bits) and Opus packet: of those it repeats, then its own, last.

    None at all in a packet of padding, or one that cannot be taken apart.
    """


def on_voice_packet(
    receiver: Any,
    take: Callable[[VoicePacket], Sequence[int]],
    open_payload: Callable[[bytes], bytes | None],
) -> None:
    """Call ``take`` with each voice packet; what it returns the peer is asked to send again.

    ``open_payload`` gives what the peer sealed; None: nothing it did. aiortc counts the packet for
    its reports and decodes nothing. Needs ``_handle_rtp_packet``, ``__codecs``,
    ``_send_rtcp_nack``.
    """
    handle = receiver._handle_rtp_packet  # noqa: SLF001 -- no public hook

    async def taken(packet: Any, arrival_time_ms: int) -> None:
        codecs = receiver._RTCRtpReceiver__codecs  # noqa: SLF001 -- same
        names = {number: codec.name.lower() for number, codec in codecs.items()}
        if packet.payload_type in names:
            packet.payload = (open_payload(packet.payload) if packet.payload else None) or b""
            lost = take(VoicePacket(packet.sequence_number, list(_opus(packet, names))))
            if lost:
                await receiver._send_rtcp_nack(packet.ssrc, list(lost))  # noqa: SLF001 -- same
        packet.payload = b""
        await handle(packet, arrival_time_ms=arrival_time_ms)

    receiver._handle_rtp_packet = taken  # noqa: SLF001 -- no public hook


def _opus(packet: Any, names: Mapping[int, str]) -> Iterator[tuple[int, bytes]]:
    """The Opus packets in a packet; ``names``: of the codecs by payload type."""
    if names[packet.payload_type] != "red":
        if packet.payload:
            yield packet.timestamp, packet.payload
        return
    try:
        blocks = redundancy.blocks(packet.payload, packet.timestamp)
    except ValueError:
        return
    for block in blocks:
        if names.get(block.payload_type) == "opus" and block.payload:
            yield block.timestamp, block.payload


def agreement(voice: Any, picture: Any) -> Agreement:
    """What the descriptions agreed on; needs ``_headerExtensions``, ``_codecs``."""
    extensions = voice._headerExtensions + picture._headerExtensions  # noqa: SLF001 -- no public name
    numbering = {one.id for one in extensions if one.uri == NUMBERING}
    return Agreement(
        numbering_id=numbering.pop() if len(numbering) == 1 else None,
        redundant_voice=_payload_type(voice, "red"),
        repeated_picture=_payload_type(picture, "rtx"),
    )


def _payload_type(transceiver: Any, name: str) -> int | None:
    """Of the codec that repeats or wraps the first one, which is the one we send."""
    first, *others = transceiver._codecs  # noqa: SLF001 -- no public name
    for codec in others:
        if codec.name.lower() == name and codec.parameters.get("apt") in (None, first.payloadType):
            number: int = codec.payloadType
            return number
    return None
