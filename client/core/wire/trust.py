"""Who is at each end, how they came to trust each other, and how they part."""

from dataclasses import dataclass


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
class Attested:
    """A broker's word for the profession of the person at this end."""

    attestation: bytes
    """A `client.core.profession.Attestation`, for the key this session was agreed with."""


@dataclass(frozen=True, slots=True)
class Goodbye:
    """This end has ended the consultation."""

    reason: str
    """``finished``, ``unsuitable`` or ``words_differ``."""
    at_ms: int
    why: str = ""
    """Of ``unsuitable``: a `client.core.dossier.ending.StopReason`."""
