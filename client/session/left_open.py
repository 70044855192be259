"""Consultations of this site that were left open: those to take up again, and expertises.

An expertise is answered while the site is busy with somebody else, or off. What comes for it is
kept and acknowledged whatever session is open, so that the answer is told at once and no letter of
it is lost; taking the consultation up again shows the whole of it.
"""

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime
from operator import attrgetter
from typing import Final, TypeVar

from client.core import wire
from client.core.dossier import telling
from client.core.dossier.file import Dossier
from client.core.handshake import PlacedCall
from client.core.record import ConsultationRecord, Direction, moment
from client.errors import ChevetError
from client.session.acquaintances import Acquaintances
from client.session.course import Course
from client.session.events import EventLog
from client.session.flow_views import ExpertiseView, ResumableView
from client.session.interrupted import Interrupted
from client.session.keeping import RecordKeeper
from client.session.left_calls import LeftCall
from client.session.left_listening import Listener
from client.session.meeting import SiteMeeting
from client.session.site_setup import SiteSetup

T = TypeVar("T")

_log = logging.getLogger(__name__)

LISTENERS_LIMIT: Final = 32
"""Expertises whose answers are waited for at once, the newest; chosen: weeks of a place's."""


class LeftOpen:
    """Tells the screen of them, and hears for the expertises; on the event loop."""

    def __init__(  # noqa: PLR0913, PLR0917 -- what an open site has
        self,
        setup: SiteSetup,
        course: Course,
        keeper: RecordKeeper,
        events: EventLog,
        meeting: SiteMeeting,
        acquaintances: Acquaintances,
    ) -> None:
        self._setup = setup
        self._course = course
        self._keeper = keeper
        self._events = events
        self._meeting = meeting
        self._acquaintances = acquaintances
        self._expertises: dict[int, ExpertiseView] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            try:
                await self._begin()
            finally:
                self._meeting.hear_others()
            await asyncio.Event().wait()
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _begin(self) -> None:
        everything = await self._read()
        calls = await self._called()
        entered = await self._readable(self._keeper.others_entered(self._unreadable)) or ()
        views = [
            *(
                _resumable(left.record.id, left.record.began_at, left.record.dossier)
                for _, left in everything
            ),
            *(_resumable(one.consultation, one.began_at, one.dossier) for one in entered),
        ]
        self._course.change(resumable=tuple(sorted(views, key=attrgetter("consultation"))))
        deferred = [one for one in everything if _is_deferred(one[1].record)]
        for keeper, left in deferred:
            self._expertises[keeper.consultation] = expertise_view(left.record)
        for _, placed, record in calls:
            name = self._name_of(placed)
            self._expertises[record.id] = replace(expertise_view(record), gp_name=name)
        self._show()
        for keeper, placed, _ in calls[-LISTENERS_LIMIT:]:
            self._wait_for_answer(keeper, placed)
        for keeper, left in deferred[-LISTENERS_LIMIT:]:
            self._listen(keeper, left)

    async def _read(self) -> list[tuple[RecordKeeper, Interrupted]]:
        """Each with what is kept of it."""
        found: list[tuple[RecordKeeper, Interrupted]] = []
        for keeper in await self._readable(self._keeper.others()) or ():
            left = await self._readable(Interrupted.read(keeper))
            if left is not None:
                found.append((keeper, left))
        return found

    async def _called(self) -> list[tuple[RecordKeeper, PlacedCall, ConsultationRecord]]:
        """Those whose GP has not answered the call yet."""
        found: list[tuple[RecordKeeper, PlacedCall, ConsultationRecord]] = []
        for keeper, placed in await self._readable(self._keeper.others_called()) or ():
            record = await self._readable(keeper.record())
            if record is not None:
                found.append((keeper, placed, record))
        return found

    async def _readable(self, reading: Awaitable[T]) -> T | None:
        """`None` for what is damaged: the others are none the worse for it."""
        try:
            return await reading
        except ChevetError as error:
            self._unreadable(error)
            return None

    def _unreadable(self, error: ChevetError) -> None:
        self._events("left_open_unreadable", reason=type(error).__name__)

    def _wait_for_answer(self, keeper: RecordKeeper, placed: PlacedCall) -> None:
        self._meeting.left_calls[keeper.consultation] = LeftCall(
            *(keeper, placed, self._events),
            meeting=self._meeting,
            acquaintances=self._acquaintances,
            on_agreed=self._taken,
            on_refused=self._refused,
        ).hear

    async def _taken(self, keeper: RecordKeeper) -> None:
        """The GP has answered the call: what was left for it goes out."""
        left = await Interrupted.read(keeper)
        if left is not None:
            self._listen(keeper, left)

    def _refused(self, keeper: RecordKeeper) -> None:
        number = keeper.consultation
        self._meeting.left_calls.pop(number, None)
        self._expertises[number] = replace(self._expertises[number], is_refused=True)
        self._show()

    def _listen(self, keeper: RecordKeeper, left: Interrupted) -> None:
        number = keeper.consultation
        listener = Listener(
            *(keeper, left, self._events, self._meeting),
            site_public=self._setup.identity.public,
            entropy=self._setup.entropy,
            pauses=self._setup.pauses,
            on_message=lambda message: self._heard(number, message),
        )
        task = asyncio.create_task(listener.run())
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """None ends by itself; whatever it was, the session here goes on."""
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("an expertise is not heard any more: %s", type(error).__name__)

    def _heard(self, number: int, message: wire.Message) -> None:
        view = self._expertises[number]
        match message:
            case wire.Card(name):
                view = replace(view, gp_name=name)
            case wire.Summary(text, written_ms):
                self._events("expertise_answered", consultation=number)
                view = replace(view, answered_at=moment(written_ms), answer=text)
        self._expertises[number] = view
        self._show()

    def _show(self) -> None:
        self._course.change(expertises=tuple(view for _, view in sorted(self._expertises.items())))

    def _name_of(self, placed: PlacedCall) -> str:
        contact = self._acquaintances.of(placed.gp_public)
        return contact.name if contact else ""


def _is_deferred(record: ConsultationRecord) -> bool:
    return record.dossier is not None and record.dossier.is_deferred


def _resumable(number: int, began_at: datetime, dossier: Dossier | None) -> ResumableView:
    name = telling.full_name(dossier.traits) if dossier and dossier.traits else ""
    reason = dossier.background.reason if dossier and dossier.background else ""
    return ResumableView(number, began_at, name, reason)


def expertise_view(record: ConsultationRecord) -> ExpertiseView:
    """What a screen shows of an expertise, and its answer if there is one."""
    dossier = record.dossier
    came = sorted(
        (one for one in record.parcels if one.direction is Direction.RECEIVED),
        key=lambda one: one.kept_at,
    )
    said = [one.parcel.message for one in came]
    card = next((one for one in reversed(said) if isinstance(one, wire.Card)), None)
    answer = next((one for one in reversed(said) if isinstance(one, wire.Summary)), None)
    view = ExpertiseView(
        record.id,
        record.began_at,
        telling.full_name(dossier.traits) if dossier and dossier.traits else "",
        dossier.question if dossier else "",
        card.name if card else "",
    )
    if answer is None:
        return view
    return replace(view, answered_at=moment(answer.written_ms), answer=answer.text)
