"""The types of PyAV that cross the border of this package."""

from typing import TYPE_CHECKING, Any

from av import AudioFrame, VideoFrame

if TYPE_CHECKING:
    from av.packet import Packet as _Packet

    Packet = _Packet[Any]
else:
    from av import Packet  # not subscriptable where it is real

__all__ = ["AudioFrame", "Packet", "VideoFrame"]
