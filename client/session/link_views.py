"""What the screens show of the line, and of who is at its other end."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from client.core.adaptation.preflight.measurement import LineMeasurement
from client.core.adaptation.preflight.promise import Promise
from client.core.adaptation.snapshot import EngineSnapshot
from client.core.consultation import LinkState
from client.errors import ChevetError


@dataclass(frozen=True, slots=True)
class LinkView:
    """The line, as numbers; the screen makes one sentence of it."""

    state: LinkState = LinkState.NONE
    since: datetime | None = None
    up_bps: int = 0
    waiting: int = 0
    """Durable messages not yet acknowledged."""
    gp_hears: bool = False
    """The GP's page reported voice arriving within the last three seconds."""
    engine: EngineSnapshot | None = None
    """What the media engine did in the last second; `None` before the first connection."""
    is_sealed: bool | None = None
    """Picture and voice are sealed frame by frame, besides DTLS; `None` before there is a line."""
    gp_can_see: bool = True
    """The GP's end decodes a codec of our picture; assumed before there is a line."""


@dataclass(frozen=True, slots=True)
class LineCheckView:
    """The line to the relay, measured before a consultation; all `None`: not measured."""

    percent: int | None = None
    """How much of a measurement is done; `None` while none is under way."""
    found: LineMeasurement | None = None
    promise: Promise | None = None
    """What the line allows; there is one whenever something was found."""
    failure: ChevetError | None = None
    """Why the last measurement found nothing."""


@dataclass(frozen=True, slots=True)
class ContactView:
    """One GP of the contacts book."""

    public: bytes
    """The pinned key."""
    name: str
    role: str
    rpps: str | None
    verified_at: datetime
    can_be_called: bool
    """A call key is at hand; otherwise only an invitation reaches this GP."""
    is_revoked: bool
    has_namesake: bool = False
    """Another contact has the same name and another key."""


class GpPresence(StrEnum):
    """Where the GP is, as far as the site can tell."""

    AWAY = "away"
    """Nobody has come, or it is not sure yet that it is the GP."""
    WAITING_ROOM = "waiting_room"
    """The GP's page has let this site in; the GP has not turned to it, and will."""
    HERE = "here"
    REDIRECTED = "redirected"
    """The GP does not come, and said where to turn: go on otherwise, or end."""
