"""What every screen is given to work with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from client.catalogue import Catalogue
from client.core.dossier.traits import Traits
from client.session.requests import SiteRequests

if TYPE_CHECKING:
    from client.ui.graphics.pictures import Pictures


@dataclass(slots=True)
class Drafts:
    """What was typed, kept while a screen comes and goes, so that nothing is typed twice.

    Only as long as one consultation: the next one begins with none.
    """

    fields: dict[str, str] = field(default_factory=dict)
    """Of the forms, by their names: ``patient.birth_name``."""
    received: Traits | None = None
    """The identity that was imported into them, as it came."""
    text: str = ""
    """A line for the GP."""
    folder: str = ""
    """Where documents were saved last."""
    protocol: str | None = None
    """Chosen, perhaps none (empty); `None`: not asked yet."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The session, the language, the clock, and what was typed so far."""

    requests: SiteRequests
    say: Catalogue
    now: Callable[[], datetime]
    drafts: Drafts
    pictures: "Pictures | None" = None
    """Where the terminal has graphics."""
