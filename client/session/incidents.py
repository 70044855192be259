"""The technical incidents of this consultation, as they go into its journal (rules-fr.md, d-5)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from client.session.flow_views import Incident, IncidentView
from client.store.journal import JournalEvent

_ENDS: Final[Mapping[str, tuple[Incident, ...]]] = {
    JournalEvent.LINK_UP: (Incident.LINK_CUT,),
    JournalEvent.PEER_RECONNECTED: (Incident.LINK_CUT,),
    JournalEvent.RELAY_BACK: (Incident.RELAY_LOST,),
    JournalEvent.VIDEO_BACK: (Incident.VIDEO_IMPOSSIBLE,),
    JournalEvent.INSTRUMENT_PLUGGED: (Incident.INSTRUMENT_UNPLUGGED, Incident.INSTRUMENT_SILENT),
}
"""Which line of the journal ends which incidents."""
_KNOWN: Final = {one.value: one for one in Incident}
INCIDENTS_LIMIT: Final = 200
"""Shown; chosen: more than a screen is scrolled through. The journal has them all."""


class Incidents:
    """Reads along with the journal."""

    def __init__(self) -> None:
        self._views: list[IncidentView] = []
        self._subjects: list[str] = []
        self._going_on: list[bool] = []
        self._is_over = False

    @property
    def views(self) -> tuple[IncidentView, ...]:
        """In the order they began."""
        return tuple(self._views)

    def read(self, event: str, facts: Mapping[str, str | int], at: datetime) -> None:
        """One line; what the journal tells after the end is no incident of the act."""
        self._is_over = self._is_over or event == JournalEvent.ENDED
        subject = str(facts.get("model", "") or facts.get("device", ""))
        for place, view in enumerate(self._views):
            is_its = self._going_on[place] and self._subjects[place] == subject
            if is_its and view.what in _ENDS.get(event, ()):
                self._views[place] = replace(view, seconds=int((at - view.at).total_seconds()))
                self._going_on[place] = False
        what = _KNOWN.get(event)
        if what is not None and not self._is_over and not self._is_known(what, subject):
            self._begin(IncidentView(at, what), subject)

    def _is_known(self, what: Incident, subject: str) -> bool:
        return any(
            is_going_on and view.what is what and about == subject
            for view, about, is_going_on in zip(
                self._views, self._subjects, self._going_on, strict=True
            )
        )

    def _begin(self, view: IncidentView, subject: str) -> None:
        self._views.append(view)
        self._subjects.append(subject)
        self._going_on.append(view.what is not Incident.DEVICE_FAILED)
        for kept in (self._views, self._subjects, self._going_on):
            del kept[:-INCIDENTS_LIMIT]
