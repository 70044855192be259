"""The dossier at work: kept with each step, told to the GP once that is allowed, obeyed.

What was refused is refused here too (`pictures_off`), and a call waits for what the rules demand
(`may_call`). Nothing of it leaves before the words were equal (`open`).
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from client import clock
from client.core import wire
from client.core.consultation import State
from client.core.dossier import telling
from client.core.dossier.background import Background
from client.core.dossier.completeness import (
    Why,
    acts_offered,
    destination_off,
    missing,
    pictures_off,
)
from client.core.dossier.consent import Consent, Item
from client.core.dossier.ending import Ending
from client.core.dossier.file import Contact, Dossier, Notes, Operator
from client.core.dossier.matricule import checked
from client.core.dossier.traits import Traits
from client.core.record import Direction, milliseconds
from client.errors import ChevetError
from client.session.course import Course
from client.session.earlier import Earlier
from client.session.events import EventLog
from client.session.interrupted import Interrupted
from client.session.keeping import RecordKeeper
from client.session.requests import Part
from client.store.journal import JournalEvent

_NOTED: Final[dict[type[wire.Message], JournalEvent]] = {
    wire.Intake: JournalEvent.INTAKE_SENT,
    wire.Patient: JournalEvent.PATIENT_SENT,
    wire.Background: JournalEvent.BACKGROUND_SENT,
    wire.Question: JournalEvent.QUESTION_SENT,
}
"""What is told, in its order: few words first, then who, then the rest (rules-fr.md, d-7)."""


def with_part(dossier: Dossier, part: Part) -> Dossier:  # noqa: PLR0911 -- a line a part
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
        case Notes():
            return replace(dossier, notes=part)


def consented(dossier: Dossier) -> Dossier:
    """Closed without another's act, nor what was refused or cannot be (d-10, d-12)."""
    ending = dossier.ending
    if ending is None:
        return dossier
    may = (one for one in ending.destinations if destination_off(one, dossier) is None)
    act = ending.act if ending.act in acts_offered(dossier) else None
    return replace(dossier, ending=replace(ending, destinations=tuple(may), act=act))


def ending_facts(ending: Ending) -> dict[str, str | int]:
    """What the journal says of it."""
    facts: dict[str, str | int] = {
        "to": " ".join(ending.destinations),
        "handed": int(ending.handed_over),
    }
    if ending.act is not None:
        facts["act"] = ending.act.value
    return facts


class Casework:
    """One consultation's dossier; on the event loop."""

    def __init__(
        self,
        course: Course,
        keeper: RecordKeeper,
        events: EventLog,
        say: Callable[[wire.Message], None],
        dossier: Dossier,
    ) -> None:
        """`dossier` is what is known before anything was entered: who accompanies, and where."""
        self._course = course
        self._keeper = keeper
        self._events = events
        self._say = say
        self._told: dict[type[wire.Message], wire.Message] = {}
        self._is_open = False
        self._earlier = Earlier(keeper, lambda values: course.change(earlier=values))
        course.change(dossier=dossier)

    @property
    def dossier(self) -> Dossier:
        """As it is now."""
        return self._course.known.dossier

    def pictures_off(self) -> Why | None:
        """Why no photo, clip or sound may be taken now."""
        return pictures_off(self.dossier)

    def capture_refused(self, why: Why) -> None:
        """Somebody tried all the same."""
        self._keeper.note(JournalEvent.CAPTURE_REFUSED, why=why.value)
        self._events("capture_refused", why=why.value)

    def may_call(self) -> bool:
        """Whether everything is there that a call waits for."""
        waits_for = missing(self.dossier)
        if waits_for:
            self._events("call_refused", missing=" ".join(waits_for))
        return not waits_for

    def enter(self, part: Part) -> None:
        """Replace this part, keep it, tell what changed.

        An identity whose matricule is wrong, or belongs to the other mode, is not taken;
        `SiteSnapshot.entry_error` says why.
        """
        try:
            taken = self._checked(part)
        except ChevetError as error:
            self._course.change(entry_error=error)
            self._events("entry_refused", reason=type(error).__name__)
            return
        before = self.dossier.ending
        self._change(consented(with_part(self.dossier, taken)))
        ending = self.dossier.ending
        if isinstance(taken, Consent):
            self._note_consent(taken)
        elif isinstance(taken, Traits):
            self._earlier.look(taken)
        if ending is not None and (isinstance(taken, Ending) or ending != before):
            self._note_ending(ending)

    def ask_expertise(self, text: str) -> None:
        """The next GP who is called is to answer this without a meeting."""
        if self._course.state is State.READY:
            self._change(replace(self.dossier, is_deferred=True, question=text))

    def leave(self) -> None:
        """Nobody here chooses any more: what was not chosen is said, and nothing assumed."""
        ending, known = self.dossier.ending, self._course.known
        has_met = known.state is State.ENDED and known.words_confirmed_here
        if has_met and (ending is None or not (ending.is_chosen or ending.handed_over)):
            self._keeper.note(JournalEvent.LEFT_UNCHOSEN)

    def open(self) -> None:
        """The GP is who it should be: tell everything known so far."""
        self._is_open = True
        self._tell()

    def stop(self) -> None:
        """Nothing more is told."""
        self._is_open = False

    def restore(self, interrupted: Interrupted) -> None:
        """Go on from what an earlier process kept and told."""
        for line in interrupted.record.journal:
            self._keeper.incidents.read(line.event, line.facts, line.at)
        kept = interrupted.record.dossier
        if kept is not None:
            self._show(kept)
            self._earlier.look(kept.traits)
        for kind in _NOTED:
            told = interrupted.newest(kind, Direction.SENT)
            if told is not None:
                self._told[kind] = told

    def _checked(self, part: Part) -> Part:
        if isinstance(part, Traits) and part.matricule is not None:
            is_training = self.dossier.is_training
            return replace(part, matricule=checked(part.matricule, is_training=is_training))
        return part

    def _change(self, dossier: Dossier) -> None:
        self._keeper.start(self._keep(dossier))
        self._show(dossier)
        self._tell()

    async def _keep(self, dossier: Dossier) -> None:
        """What is on the screen and not on the disk is said: it would be typed twice."""
        try:
            await self._keeper.keep_dossier(dossier)
        except ChevetError as error:
            self._course.change(entry_error=error)
            self._events("dossier_not_kept", reason=type(error).__name__)
            raise

    def _show(self, dossier: Dossier) -> None:
        name = telling.full_name(dossier.traits) if dossier.traits else ""
        reason = dossier.background.reason if dossier.background else ""
        self._course.change(dossier=dossier, patient_name=name, reason=reason, entry_error=None)

    def _tell(self) -> None:
        """Whatever the GP has not been told in these words."""
        if not self._is_open:
            return
        dossier, now_ms = self.dossier, milliseconds(clock.now())
        asked = telling.question(dossier.question, now_ms) if dossier.is_deferred else None
        for message in (
            telling.intake(dossier, now_ms),
            telling.patient(dossier, now_ms),
            telling.background(dossier, now_ms),
            asked,
        ):
            if message is not None and not self._is_told(message):
                self._told[type(message)] = message
                self._say(message)
                event = _NOTED[type(message)]
                self._keeper.note(event)
                self._events(event.value)

    def _is_told(self, message: telling.Told) -> bool:
        told = self._told.get(type(message))
        return isinstance(told, telling.TOLD) and replace(told, at_ms=message.at_ms) == message

    def _note_consent(self, consent: Consent) -> None:
        is_refused = Item.TELECONSULTATION in consent.refused
        self._keeper.note(
            JournalEvent.CONSENT_REFUSED if is_refused else JournalEvent.CONSENT_GIVEN,
            version=consent.version,
            sha256=consent.text_sha256,
            given_by=consent.given_by.value,
            mode=consent.mode.value,
            refused=" ".join(consent.refused),
        )

    def _note_ending(self, ending: Ending) -> None:
        if ending.is_chosen or ending.destinations or ending.handed_over or ending.act:
            self._keeper.note(JournalEvent.CLOSED, **ending_facts(ending))
