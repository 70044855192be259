"""Consultations of this site that were left open: those to take up again, and expertises.

An expertise is answered while the site is busy with somebody else, or off. What comes for it is
kept and acknowledged whatever session is open, so that the answer is told at once and no letter of
it is lost; taking the consultation up again shows the whole of it.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, Final

from client.core import wire
from client.core.dossier import telling
from client.core.envelope import INCARNATION_SIZE, resumed_ciphers
from client.core.inbox import FROM_GP
from client.core.record import Direction, moment
from client.errors import ChevetError
from client.session.conversation import Conversation
from client.session.course import Course
from client.session.events import EventLog
from client.session.flow_views import ExpertiseView, ResumableView
from client.session.gp_files import GpFiles
from client.session.interrupted import Interrupted
from client.session.keeping import RecordKeeper
from client.session.meeting import SiteMeeting
from client.store.journal import JournalEvent

_log = logging.getLogger(__name__)

LISTENERS_LIMIT: Final = 32
"""Expertises whose answers are waited for at once, the newest; chosen: weeks of a place's."""


class LeftOpen:
    """Tells the screen of them, and hears for the expertises; on the event loop."""

    def __init__(
        self,
        course: Course,
        keeper: RecordKeeper,
        events: EventLog,
        meeting: SiteMeeting,
        entropy: Callable[[int], bytes],
    ) -> None:
        self._course = course
        self._keeper = keeper
        self._events = events
        self._meeting = meeting
        self._entropy = entropy
        self._expertises: dict[int, ExpertiseView] = {}

    async def run(self) -> None:
        """Work until cancelled."""
        everything = await self._read()
        views = (_resumable(keeper.consultation, left) for keeper, left in everything)
        self._course.change(resumable=tuple(views))
        deferred = [one for one in everything if _is_deferred(one[1])]
        for keeper, left in deferred:
            self._expertises[keeper.consultation] = _expertise(keeper.consultation, left)
        self._show()
        listeners = (self._listening(*one) for one in deferred[-LISTENERS_LIMIT:])
        ended = await asyncio.gather(*(w for one in listeners for w in one), return_exceptions=True)
        for error in ended:  # none ends by itself; whatever it was, the session here goes on
            _log.error("an expertise is not heard any more: %s", type(error).__name__)

    async def _read(self) -> list[tuple[RecordKeeper, Interrupted]]:
        """Each with what is kept of it; one that cannot be read is left aside."""
        found: list[tuple[RecordKeeper, Interrupted]] = []
        try:
            for keeper in await self._keeper.others():
                left = await Interrupted.read(keeper)
                if left is not None:
                    found.append((keeper, left))
        except ChevetError as error:
            self._events("left_open_unreadable", reason=type(error).__name__)
        return found

    def _listening(
        self, keeper: RecordKeeper, left: Interrupted
    ) -> tuple[Coroutine[Any, Any, None], Coroutine[Any, Any, None]]:
        """What hears for one of them: its conversation, by mailbox alone, and its files."""
        number, session = keeper.consultation, left.session
        ciphers = resumed_ciphers(session.keys, self._entropy(INCARNATION_SIZE))
        conversation = Conversation(
            *(ciphers, keeper, lambda envelope: self._meeting.post_to(session, envelope)),
            lambda message: self._heard(number, keeper, files, message),
            resumed=left.resumed,
            allowance=FROM_GP,
        )
        files = GpFiles(keeper, self._events, lambda message: _say(conversation, message))
        files.restore(left)
        self._meeting.others[session.keys.tag] = conversation.take_letter
        return conversation.run(), files.run()

    def _heard(
        self, number: int, keeper: RecordKeeper, files: GpFiles, message: wire.Message
    ) -> None:
        match message:
            case wire.StillOffered() | wire.StillPiece():
                files.hear(message)
            case wire.Summary(text, written_ms):
                keeper.note(JournalEvent.SUMMARY_RECEIVED)
                self._events("expertise_answered", consultation=number)
                view = self._expertises[number]
                self._expertises[number] = replace(
                    view, answered_at=moment(written_ms), answer=text
                )
                self._show()

    def _show(self) -> None:
        self._course.change(expertises=tuple(view for _, view in sorted(self._expertises.items())))


def _is_deferred(left: Interrupted) -> bool:
    return left.record.dossier is not None and left.record.dossier.is_deferred


def _say(conversation: Conversation, message: wire.Message) -> None:
    conversation.say(message)


def _resumable(number: int, left: Interrupted) -> ResumableView:
    dossier = left.record.dossier
    name = telling.full_name(dossier.traits) if dossier and dossier.traits else ""
    reason = dossier.background.reason if dossier and dossier.background else ""
    return ResumableView(number, left.record.began_at, name, reason)


def _expertise(number: int, left: Interrupted) -> ExpertiseView:
    dossier = left.record.dossier
    card = left.newest(wire.Card, Direction.RECEIVED)
    answer = left.newest(wire.Summary, Direction.RECEIVED)
    view = ExpertiseView(
        number,
        left.record.began_at,
        telling.full_name(dossier.traits) if dossier and dossier.traits else "",
        dossier.question if dossier else "",
        card.name if isinstance(card, wire.Card) else "",
    )
    if isinstance(answer, wire.Summary):
        return replace(view, answered_at=moment(answer.written_ms), answer=answer.text)
    return view
