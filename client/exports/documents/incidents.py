"""Technical incidents of the act, read from the journal: nobody types them (rules-fr.md, d-5)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from client.core.record import JournalEntry
from client.exports.documents.report import Incident, IncidentKind

_ENDS_WITH: Final[Mapping[str, tuple[IncidentKind, ...]]] = {
    "link_up": (IncidentKind.LINK_CUT,),
    "peer_reconnected": (IncidentKind.LINK_CUT,),
    "relay_back": (IncidentKind.RELAY_LOST,),
    "video_back": (IncidentKind.VIDEO_IMPOSSIBLE,),
    "instrument_plugged": (IncidentKind.INSTRUMENT_UNPLUGGED, IncidentKind.INSTRUMENT_SILENT),
}
"""Which event ends which incidents; names are `client.store.journal.JournalEvent`'s."""
_LASTING: Final = {kind for kinds in _ENDS_WITH.values() for kind in kinds}
_ENDED: Final = "ended"
"""What the journal tells after it (an instrument put away) is no incident of the act."""
_KINDS: Final = {kind.value: kind for kind in IncidentKind}


def incidents_in(journal: Iterable[JournalEntry]) -> tuple[Incident, ...]:
    """In the order they began."""
    found: list[Incident] = []
    for entry in journal:
        if entry.event == _ENDED:
            break
        subject = _subject(entry)
        _close(found, _ENDS_WITH.get(entry.event, ()), subject, entry.at)
        kind = _KINDS.get(entry.event)
        if kind is not None and not _is_going_on(found, kind, subject):
            found.append(Incident(kind, entry.at, None, subject, kind in _LASTING, entry.number))
    return tuple(found)


def _close(
    found: list[Incident], kinds: tuple[IncidentKind, ...], subject: str, at: datetime
) -> None:
    for place, incident in enumerate(found):
        if _is_open(incident) and incident.kind in kinds and incident.subject == subject:
            found[place] = replace(incident, over_at=at)


def _is_going_on(found: list[Incident], kind: IncidentKind, subject: str) -> bool:
    return any(_is_open(one) and (one.kind, one.subject) == (kind, subject) for one in found)


def _is_open(incident: Incident) -> bool:
    return incident.is_lasting and incident.over_at is None


def _subject(entry: JournalEntry) -> str:
    """The instrument or device the line is about; a reason stays in the journal."""
    return str(entry.facts.get("model", "") or entry.facts.get("device", ""))
