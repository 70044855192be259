"""What the two ends say to each other once they share keys.

A `Parcel` is one message with its number, encoded by `client.core.parcels` and then sealed by
`client.core.envelope`. Numbered parcels are durable: the sender keeps them until the peer's
`Received` names their number. Unnumbered ones describe the present and are worth nothing later.
Fields travel by position, without their names; those at the end that hold their defaults do not
travel. The page mirrors this module; ``tests/vectors/wire.json`` holds both to the same bytes.
"""

from dataclasses import dataclass, field
from typing import Any, Final, get_args

TEXT_LIMIT: Final = 8_192
"""Characters of any one text; chosen: a long summary is 4 000."""


@dataclass(frozen=True, slots=True)
class Hello:
    """First words on a new data channel: proves in-band who ends the encrypted link."""

    local_fingerprint: bytes
    """SHA-256 of the sender's DTLS certificate."""
    remote_fingerprint: bytes
    """SHA-256 of the receiver's DTLS certificate, as the sender saw it."""
    sent_ms: int
    """Sender's clock, UTC milliseconds since 1970."""
    frames: int = 0
    """How the sender can seal its frames of picture and voice: 0 not at all, 1 by
    `client.core.encrypted_frames`. Both ends do the most that both can."""


@dataclass(frozen=True, slots=True)
class Received:
    """End-to-end receipt: the sender may forget these numbers."""

    up_to: int
    """Every parcel with a number <= this one is safe."""
    beyond: list[int]
    """Further numbers that are safe."""


@dataclass(frozen=True, slots=True)
class Signal:
    """WebRTC session description; travels through the mailbox."""

    kind: str
    """``offer`` (always from the site) or ``answer``."""
    attempt: int
    """Counts peer connections; an answer repeats its offer's."""
    sdp: str


@dataclass(frozen=True, slots=True)
class WordsCompared:
    """The person at this end has compared the spoken words."""

    equal: bool


@dataclass(frozen=True, slots=True)
class Card:
    """Who is at this end, as the person there wrote it."""

    name: str
    place: str


@dataclass(frozen=True, slots=True)
class Text:
    """A line of free text."""

    text: str
    written_ms: int


@dataclass(frozen=True, slots=True)
class Goodbye:
    """This end has ended the consultation."""

    reason: str
    """``finished``, ``unsuitable`` or ``words_differ``."""
    at_ms: int


@dataclass(frozen=True, slots=True)
class Intake:
    """Whom the consultation is about and why. Site to GP."""

    name: str
    reason: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Measured:
    """One reading. Site to GP."""

    vital: str
    """`devices.readings.Vital` code."""
    value: float | None
    unit: str
    """UCUM."""
    quality: str
    """`devices.readings.Quality`."""
    taken_ms: int
    """When the site received it."""
    model: str
    serial: str | None
    origin: str = "live"
    """`devices.readings.Origin`."""
    record: int | None = None
    """Counts the measurements of one instrument; what was measured together shares it."""
    measured_at: str | None = None
    """What the instrument's own clock said, ISO 8601 without a zone; not for order."""
    marks: list[str] = field(default_factory=list)
    """`devices.readings.Mark`, sorted."""
    sent_as: str | None = None
    """Value and unit as the instrument sent them, where the unit is another."""
    firmware: str | None = None


@dataclass(frozen=True, slots=True)
class LabResult:
    """One result of a laboratory test, as the analyser gave it. Site to GP."""

    test: str
    value: str | None
    unit: str | None
    quality: str
    """`devices.readings.Quality`."""
    taken_ms: int
    """When the site received it."""
    model: str
    serial: str | None
    origin: str = "stored"
    """`devices.readings.Origin`."""
    record: int | None = None
    """As for `Measured`: the results of one sample share it."""
    measured_at: str | None = None
    """As for `Measured`."""
    marks: list[str] = field(default_factory=list)
    loinc: str | None = None
    reference_range: str | None = None
    flags: str | None = None
    firmware: str | None = None


@dataclass(frozen=True, slots=True)
class WaveSamples:
    """Live waveform. Site to GP, unnumbered."""

    wave: str
    samples: bytes
    """One unsigned byte a sample; none: the line is too weak to carry the curve now."""
    rate_hz: int
    started_ms: int


@dataclass(frozen=True, slots=True)
class Instruments:
    """All instruments at the site and their state. Site to GP, unnumbered, newest wins."""

    items: list[dict[str, Any]]
    """Maps with ``driver``, ``kind``, ``model``, ``serial`` (or null), ``state``."""


@dataclass(frozen=True, slots=True)
class LinkReport:
    """The state of the line as the site sees it, once a second. Site to GP, unnumbered."""

    sent_ms: int
    """Site's clock: the page derives the clock offset from it."""
    up_bps: int
    """Bits per second on the wire, site to GP, headers included."""
    voice_bps: int
    picture_bps: int
    still_bps: int
    usable_bps: int
    """What the line could carry now, site to GP."""
    queue_ms: int
    """Waiting time in the line, site to GP."""
    loss_pct: int
    """Of the site's packets."""
    down_bps: int
    """What the GP's end may send now, all in all."""
    picture: str
    """``live``, ``heartbeat`` (one sharp picture every few seconds) or ``none``."""
    beat_ms: int
    """From one picture of the heartbeat to the next; 0 in any other mode."""
    preference: str
    """What the picture follows now: the GP's wish, or the site's own instead."""
    weak: str
    """Whose line holds the call back: ``none``, ``site``, ``gp`` or ``both``."""
    is_muted: bool
    is_camera_off: bool
    is_paused: bool


@dataclass(frozen=True, slots=True)
class StillOffered:
    """A full-quality picture, or another file, is ready to travel in pieces. Site to GP."""

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
    """Part of a still's bytes. Site to GP, unnumbered: `StillHeld` asks again."""

    id: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class StillHeld:
    """How much of a still the GP holds, and that it wants the rest. GP to site, unnumbered."""

    id: int
    size: int
    """Bytes from the first one on."""
    beyond: list[int]
    """Further parts: where each begins and ends, the end not included; not always all."""


@dataclass(frozen=True, slots=True)
class StillReceived:
    """The whole still is at the GP's and its hash agrees. GP to site."""

    id: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """The GP asks for the next step of the examination. GP to site."""

    id: int
    what: str
    """``temperature``, ``oximeter``, ``pressure``, ``glucose``, ``weight``, ``ecg``, ``ear`` (live
    otoscope), ``skin``, ``throat``, ``listen`` (stethoscope), ``still`` or ``text``."""
    text: str


@dataclass(frozen=True, slots=True)
class AskAnswered:
    """What became of a step the GP asked for. Site to GP."""

    id: int
    outcome: str
    """``done`` or ``not_possible``."""


@dataclass(frozen=True, slots=True)
class Summary:
    """The GP's summary of the consultation; a later one replaces it. GP to site."""

    text: str
    written_ms: int


@dataclass(frozen=True, slots=True)
class PictureAsked:
    """What the GP wants most of the picture; the newest wins. GP to site."""

    preference: str
    """`client.core.adaptation.plan.Preference`."""


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """Keep me in your contacts: said by each end once it has found the words equal, or knows them.

    The key to pin is the one this session was agreed with; a bond follows from the session itself
    (`client.core.handshake.bond`).
    """

    name: str
    role: str
    rpps: str | None
    bundle: bytes
    """The GP's newest standing bundle; the site has none."""


@dataclass(frozen=True, slots=True)
class PageReport:
    """What the GP's end receives, once a second. GP to site, unnumbered."""

    sent_ms: int
    frames_decoded: int
    voice_concealed_pct: float
    rtt_ms: int
    voice_delay_ms: int
    """How long the GP's end holds voice back to play it evenly."""
    frozen_ms: int
    """How long the picture stood still since the connection was made."""
    received_bps: int
    loss_pct: int
    """Of the packets sent to the GP, before any repair."""


Message = (
    Hello
    | Received
    | Signal
    | WordsCompared
    | Card
    | Text
    | Goodbye
    | Intake
    | Measured
    | WaveSamples
    | Instruments
    | LinkReport
    | StillOffered
    | StillPiece
    | StillHeld
    | StillReceived
    | Asked
    | AskAnswered
    | Summary
    | PictureAsked
    | PageReport
    | LabResult
    | RegionAsked
    | Acquaintance
)

DURABLE: Final = (
    WordsCompared,
    Card,
    Text,
    Goodbye,
    Intake,
    Measured,
    StillOffered,
    StillReceived,
    Asked,
    AskAnswered,
    Summary,
    PictureAsked,
    LabResult,
    RegionAsked,
    Acquaintance,
)
"""Kinds that are numbered, kept and repeated until the peer's receipt."""

MESSAGES: Final[dict[str, type[Message]]] = {
    "".join(f"_{c.lower()}" if c.isupper() else c for c in cls.__name__).lstrip("_"): cls
    for cls in get_args(Message)
}
"""Kind in records and vectors (``still_piece``) to class (`StillPiece`)."""

_KINDS: Final = {cls: kind for kind, cls in MESSAGES.items()}


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message on its way, with its number where it is durable."""

    number: int | None
    """Counts the sender's durable messages of this consultation from 1."""
    message: Message


def kind_of(message: Message) -> str:
    """The name of the message's kind, in records; `client.core.parcels.KINDS` numbers them."""
    return _KINDS[type(message)]
