"""Technical incidents of an act, read from its journal: nobody types them (rules-fr.md, d-5)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from client.core.record import JournalEntry


class IncidentKind(StrEnum):
    """What went wrong; the values are `client.store.journal.JournalEvent`'s, which begin one."""

    LINK_CUT = "link_cut"
    RELAY_LOST = "relay_lost"
    VIDEO_IMPOSSIBLE = "video_impossible"
    """The act went on by voice (d-6)."""
    DEVICE_FAILED = "device_failed"
    INSTRUMENT_UNPLUGGED = "instrument_unplugged"
    INSTRUMENT_SILENT = "instrument_silent"
    INSTRUMENT_REFUSED = "instrument_refused"
    TRUST_REFUSED = "trust_refused"
    PEER_PROTOCOL_BROKEN = "peer_protocol_broken"


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident, from its line in the journal to the line that says it is over."""

    kind: IncidentKind
    at: datetime
    over_at: datetime | None
    """`None`: it lasts, lasted to the end, or is of a moment."""
    subject: str
    """The instrument's model, or ``camera``, ``microphone``, ``speaker``; else empty."""
    is_lasting: bool
    """Whether it has a duration at all."""
    line: int
    """Number of the line in the journal."""

    @property
    def is_open(self) -> bool:
        """Whether no line has said yet that it is over."""
        return self.is_lasting and self.over_at is None


ENDS: Final[Mapping[str, tuple[IncidentKind, ...]]] = {
    "link_up": (IncidentKind.LINK_CUT,),
    "peer_reconnected": (IncidentKind.LINK_CUT,),
    "relay_back": (IncidentKind.RELAY_LOST,),
    "video_back": (IncidentKind.VIDEO_IMPOSSIBLE,),
    "instrument_plugged": (IncidentKind.INSTRUMENT_UNPLUGGED, IncidentKind.INSTRUMENT_SILENT),
}
"""Which event ends which incidents; names are `client.store.journal.JournalEvent`'s."""
ENDED: Final = "ended"
"""What the journal tells after it (an instrument put away) is no incident of the act."""
_LASTING: Final = {kind for kinds in ENDS.values() for kind in kinds}
_KINDS: Final = {kind.value: kind for kind in IncidentKind}


class Incidents:
    """Reads along with a journal."""

    def __init__(self, limit: int | None = None) -> None:
        """With a limit, only so many are kept: the newest."""
        self._found: list[Incident] = []
        self._limit = limit
        self._line = 0
        self._is_over = False

    @property
    def found(self) -> tuple[Incident, ...]:
        """In the order they began."""
        return tuple(self._found)

    def read(self, event: str, facts: Mapping[str, str | int], at: datetime) -> None:
        """Take in the next line."""
        self._line += 1
        self._is_over = self._is_over or event == ENDED
        if self._is_over:
            return
        subject = _subject(facts)
        self._close(ENDS.get(event, ()), subject, at)
        kind = _KINDS.get(event)
        if kind is not None and not self._is_going_on(kind, subject):
            is_lasting = kind in _LASTING
            self._found.append(Incident(kind, at, None, subject, is_lasting, self._line))
            if self._limit is not None:
                del self._found[: -self._limit]

    def _close(self, kinds: tuple[IncidentKind, ...], subject: str, at: datetime) -> None:
        for place, one in enumerate(self._found):
            if one.is_open and one.kind in kinds and one.subject == subject:
                self._found[place] = replace(one, over_at=at)

    def _is_going_on(self, kind: IncidentKind, subject: str) -> bool:
        return any(
            one.is_open and (one.kind, one.subject) == (kind, subject) for one in self._found
        )


def incidents_in(journal: Iterable[JournalEntry]) -> tuple[Incident, ...]:
    """Of a whole journal, in the order they began."""
    incidents = Incidents()
    for entry in journal:
        incidents.read(entry.event, entry.facts, entry.at)
    return incidents.found


def _subject(facts: Mapping[str, str | int]) -> str:
    """The instrument or device the line is about; a reason stays in the journal."""
    return str(facts.get("model", "") or facts.get("device", ""))
