"""Full-quality pictures, sounds and documents, in pieces that survive any line."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class StillOffered:
    """A full-quality picture, or another file, is ready to travel in pieces. Either way.

    Each end numbers its own files.
    """

    id: int
    label: str
    size: int
    """Bytes."""
    sha256: bytes
    width: int
    """Pixels, as shown; 0 for a sound."""
    height: int
    taken_ms: int
    media_type: str = "image/jpeg"
    """IANA media type."""
    part: str = "whole"
    """``whole``, or of the still `of`: ``preview`` (small, at once) or ``region`` (cut out)."""
    of: int = 0
    """The id of the still this is a preview or a region of; 0 when whole."""
    area: list[int] = field(default_factory=list)
    """Of a region: left, top, width and height in per mille of the still; else empty."""
    flaw: str = ""
    """What the site's technical check found: ``blurred``, ``dark``, ``bright``, or nothing."""


@dataclass(frozen=True, slots=True)
class RegionAsked:
    """The GP wants this part of a still at full resolution, before the rest. GP to site."""

    id: int
    """The still's, as offered."""
    left: int
    """Per mille of the still's width as shown, like `width`; the others of its height."""
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class StillPiece:
    """Part of a still's bytes. With its offer, unnumbered: `StillHeld` asks again."""

    id: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class StillHeld:
    """How much of a still its receiver holds, and that it wants the rest. Unnumbered."""

    id: int
    size: int
    """Bytes from the first one on."""
    beyond: list[int]
    """Further parts: where each begins and ends, the end not included; not always all."""


@dataclass(frozen=True, slots=True)
class StillReceived:
    """The whole still is at its receiver's and its hash agrees."""

    id: int
    sha256: bytes
