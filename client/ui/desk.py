"""What every screen is given to work with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from client.catalogue import Catalogue
from client.session.requests import SiteRequests


@dataclass(slots=True)
class Drafts:
    """What was typed, kept while a screen comes and goes, so that nothing is typed twice."""

    name: str = ""
    reason: str = ""
    is_entered: bool = False
    """Name and reason were handed to the session."""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """The session, the language, the clock, and what was typed so far."""

    requests: SiteRequests
    say: Catalogue
    now: Callable[[], datetime]
    drafts: Drafts
