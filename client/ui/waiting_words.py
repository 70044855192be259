"""What the GP said of how long it takes, counted down."""

from datetime import UTC, datetime, timedelta
from typing import Final

from client.catalogue import Catalogue
from client.core.consultation import LinkState
from client.session.snapshot import LineKind, SiteSnapshot
from client.ui.phrases import count_of

_MS: Final = 1_000
_MINUTE: Final = timedelta(minutes=1)
_BY_GP: Final = (LineKind.ASKED, LineKind.TEXT_GP, LineKind.SUMMARY)
"""What shows that the GP is there."""


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


def is_still_awaited(snapshot: SiteSnapshot) -> bool:
    """The GP let this site in and is not there yet, or has asked for patience and done nothing."""
    since = snapshot.gp_waiting
    came = [line.at for line in snapshot.exchanges if line.kind in _BY_GP]
    if since is None:
        return snapshot.link.state is LinkState.NONE and not came
    said_at = datetime.fromtimestamp(since.at_ms / _MS, UTC)
    return not any(at > said_at for at in came)
