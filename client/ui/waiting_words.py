"""What the GP said of how long it takes, counted down."""

from datetime import UTC, datetime, timedelta
from typing import Final

from client.catalogue import Catalogue
from client.session.snapshot import SiteSnapshot
from client.ui.phrases import count_of

_MS: Final = 1_000
_MINUTE: Final = timedelta(minutes=1)


def waiting_sentence(say: Catalogue, snapshot: SiteSnapshot, now: datetime) -> str:
    """Empty while the GP has said nothing; never more precise than what was said."""
    waiting = snapshot.gp_waiting
    if waiting is None:
        return ""
    if waiting.is_redirected:
        return say("dossier.waiting.redirected")
    if waiting.minutes is None:
        return say("dossier.waiting.asked")
    until = datetime.fromtimestamp(waiting.at_ms / _MS, UTC) + waiting.minutes * _MINUTE
    minutes = -((now - until) // _MINUTE)
    if minutes <= 0:
        return say("dossier.waiting.soon")
    return count_of(say, "dossier.waiting.minutes", minutes)
