"""Hooks into the RTP and RTCP of one connection, before aiortc reads them and after it agreed."""

from collections.abc import Awaitable, Callable
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


def on_nack(sender: Any, repeat: Callable[[int], None]) -> None:
    """Have the peer's NACKs answered by ``repeat(sequence)``; needs ``_retransmit``."""

    async def repeated(sequence: int) -> None:
        repeat(sequence)

    sender._retransmit = repeated  # noqa: SLF001 -- no public hook


@dataclass(frozen=True, slots=True)
class VoicePacket:
    """One packet of the peer's voice as it came."""

    sequence: int
    timestamp: int
    """48 kHz."""
    payload: bytes
    """Opus, or redundant Opus: `client.net.redundancy.blocks`."""
    is_redundant: bool
    arrived_ms: int
    """aiortc's clock."""


def on_voice_packet(receiver: Any, take: Callable[[VoicePacket], bool]) -> None:
    """Call ``take`` with each voice packet before aiortc's jitter buffer.

    Where it answers False aiortc plays the packet's own block, redundancy left out. Needs
    ``_handle_rtp_packet``, ``__codecs``.
    """
    handle = receiver._handle_rtp_packet  # noqa: SLF001 -- no public hook

    async def taken(packet: Any, arrival_time_ms: int) -> None:
        codec = receiver._RTCRtpReceiver__codecs.get(packet.payload_type)  # noqa: SLF001 -- same
        is_redundant = codec is not None and codec.name.lower() == "red"
        voice = VoicePacket(
            packet.sequence_number, packet.timestamp, packet.payload, is_redundant, arrival_time_ms
        )
        if codec is None or take(voice):
            return
        if is_redundant:
            try:
                own = redundancy.blocks(packet.payload, packet.timestamp)[-1]
            except ValueError:
                return
            packet.payload_type, packet.payload = own.payload_type, own.payload
        await handle(packet, arrival_time_ms=arrival_time_ms)

    receiver._handle_rtp_packet = taken  # noqa: SLF001 -- no public hook


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
