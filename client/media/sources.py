"""Where picture and voice come from and where voice goes, as people write it on a command line."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from client.media.errors import UnknownSinkError, UnknownSourceError


class SourceKind(StrEnum):
    """How a source behaves in time."""

    NONE = "none"
    FILE = "file"
    """Looped without end, paced in real time."""
    FIFO = "fifo"
    """A container (y4m, wav, matroska...) whose frames are live as they arrive."""
    DEVICE = "device"


DEVICE_FORMATS: Final = ("v4l2", "alsa", "dshow", "avfoundation")
"""libavdevice's names; which of them exist depends on the system."""

SOURCE_FORMS: Final = (
    "none",
    "file:PATH",
    "fifo:PATH",
    "v4l2:DEVICE",
    "alsa:DEVICE",
    "dshow:NAME",
    "avfoundation:NAME",
)
SINK_FORMS: Final = ("none", "file:PATH", "alsa:DEVICE")


@dataclass(frozen=True, slots=True)
class MediaAddress:
    """One camera, microphone or speaker."""

    kind: SourceKind
    where: str = ""
    """A path, or the device's name."""
    device_format: str = ""
    """One of `DEVICE_FORMATS` for a device, else empty."""

    def __str__(self) -> str:
        if self.kind is SourceKind.NONE:
            return "none"
        return f"{self.device_format or self.kind}:{self.where}"


def parse_source(text: str) -> MediaAddress:
    """Read SRC; `UnknownSourceError` if it is none of `SOURCE_FORMS`."""
    address = _parse(text)
    if address is None:
        raise UnknownSourceError(text, known=SOURCE_FORMS)
    return address


def parse_sink(text: str) -> MediaAddress:
    """Read SINK; `UnknownSinkError` if it is none of `SINK_FORMS`."""
    address = _parse(text)
    if address is None or address.kind is SourceKind.FIFO or address.device_format == "v4l2":
        raise UnknownSinkError(text, known=SINK_FORMS)
    return address


def _parse(text: str) -> MediaAddress | None:
    if text == "none":
        return MediaAddress(SourceKind.NONE)
    scheme, _, where = text.partition(":")
    if not where:
        return None
    if scheme in (SourceKind.FILE, SourceKind.FIFO):
        return MediaAddress(SourceKind(scheme), where)
    if scheme in DEVICE_FORMATS:
        return MediaAddress(SourceKind.DEVICE, where, scheme)
    return None
