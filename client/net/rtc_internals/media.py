"""The types of PyAV that cross the border of this package."""

from typing import TYPE_CHECKING, Any

from av import AudioFrame, VideoFrame

if TYPE_CHECKING:
    from av.packet import Packet as _Packet

    Packet = _Packet[Any]
else:
    from av import Packet  # not subscriptable where it is real

__all__ = ["AudioFrame", "Packet", "VideoFrame", "with_contents"]


def with_contents(packet: Packet, contents: bytes) -> Packet:
    """Another packet of the same moment and kind."""
    other = Packet(contents)
    other.pts, other.dts, other.time_base = packet.pts, packet.dts, packet.time_base
    other.duration = packet.duration
    other.is_keyframe = packet.is_keyframe
    return other
