"""What is typed and chosen at the site: the dossier, the room, how a consultation goes on or stops.

Held in memory alone so far: it is neither kept nor sent.
"""

from dataclasses import replace

from client.core.consultation import State
from client.core.dossier.background import Background
from client.core.dossier.consent import Consent
from client.core.dossier.ending import Alternative, Ending, StopReason
from client.core.dossier.file import Contact, Dossier, Operator
from client.core.dossier.room import RoomCheck
from client.core.dossier.traits import Traits
from client.session.course import Course
from client.session.requests import Part


def with_part(dossier: Dossier, part: Part) -> Dossier:
    """The dossier with this part in place of the one before."""
    match part:
        case Operator():
            return replace(dossier, operator=part)
        case Traits():
            return replace(dossier, traits=part)
        case Contact():
            return replace(dossier, contact=part)
        case Consent():
            return replace(dossier, consent=part)
        case Background():
            return replace(dossier, background=part)
        case Ending():
            return replace(dossier, ending=part)


class Deskwork:
    """The part of `client.session.requests.SiteRequests` that is about the dossier."""

    _course: Course

    def enter(self, part: Part) -> None:
        """Replace this part of the dossier."""
        self._course.change(dossier=with_part(self._course.known.dossier, part))

    def check_room(self, check: RoomCheck) -> None:
        """The room was looked at."""
        self._course.change(room=check)

    def try_voice(self) -> None:
        """Nothing is recorded yet: the trial stays untried."""

    def go_on(self, way: Alternative) -> None:
        """Note how the consultation goes on."""
        ending = self._course.known.dossier.ending or Ending()
        self.enter(replace(ending, went_on=way))

    def stop(self, reason: StopReason, note: str = "") -> None:
        """Note why, and end it."""
        ending = self._course.known.dossier.ending or Ending()
        self.enter(replace(ending, stop_reason=reason, stop_note=note))
        self.end("unsuitable")

    def end(self, reason: str) -> None:
        """End the consultation."""
        raise NotImplementedError

    def ask_expertise(self, text: str) -> None:
        """Note the question; it goes nowhere yet."""
        if self._course.state is State.READY:
            dossier = self._course.known.dossier
            self._course.change(dossier=replace(dossier, is_deferred=True, question=text))

    def print_documents(self) -> None:
        """Nothing prints yet; `SiteSnapshot.printing` says so."""
