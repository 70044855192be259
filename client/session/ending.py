"""How a consultation ends: silence at once, the last words, the record closed."""

import asyncio
from collections.abc import Awaitable, Callable

from client import clock
from client.core import wire
from client.core.consultation import Step
from client.core.record import milliseconds
from client.errors import ChevetError
from client.session.course import Course
from client.session.events import EventLog
from client.session.examination import Examination
from client.session.keeping import RecordKeeper
from client.session.media import EndMedia
from client.session.site_dialogue import SiteDialogue
from client.store.journal import JournalEvent


class Ending:
    """Ends the consultation, once, whoever wants it."""

    def __init__(  # noqa: PLR0913 -- what falls silent by name
        self,
        course: Course,
        keeper: RecordKeeper,
        events: EventLog,
        *,
        media: EndMedia,
        examination: Examination,
        dialogue: SiteDialogue,
        let_go: Callable[[], Awaitable[None]],
        goodbye_s: float,
    ) -> None:
        """`let_go` is to forget the session's keys, once nothing more is said under them.

        `goodbye_s`: how long an ending waits for the GP's receipt.
        """
        self._goodbye_s = goodbye_s
        self._let_go = let_go
        self._course = course
        self._media = media
        self._keeper = keeper
        self._events = events
        self._examination = examination
        self._dialogue = dialogue
        self._winding_down: asyncio.Task[None] | None = None

    def refuse(self, error: ChevetError, goodbye: str) -> None:
        """For a reason of trust; the GP is told `goodbye`."""
        if self._course.is_over:
            return
        reason = type(error).__name__
        self._say_goodbye(goodbye)
        self._course.step(Step.TRUST_BROKEN, refusal=reason, ended=goodbye)
        self._keeper.note(JournalEvent.TRUST_REFUSED, reason=reason)
        self._events("refused", reason=reason)
        self._fall_silent(reason)

    def end_here(self, reason: str, why: str = "", *, noted: str = "") -> None:
        """The person at the bedside ends it; `why` is a `StopReason`, told with ``unsuitable``.

        `noted` is the reason in the journal, where that is another.
        """
        if not self._course.is_over:
            self._say_goodbye(reason, why)
            self._end(reason, by_gp=False, noted=noted or reason)

    def ended_by_gp(self, reason: str) -> None:
        """The GP has said goodbye."""
        if not self._course.is_over:
            self._end(reason, by_gp=True, noted=reason)

    async def settle(self) -> None:
        """An ending under way is finished first; else only the line is closed."""
        if self._winding_down is not None:
            await self._winding_down
        else:
            await self._dialogue.stop()

    def say(self, message: wire.Message) -> None:
        """How the consultation goes on is said as its end is: to whoever is there."""
        self._dialogue.say(message)

    def _say_goodbye(self, reason: str, why: str = "") -> None:
        self._dialogue.say(wire.Goodbye(reason, milliseconds(clock.now()), why))

    def _end(self, reason: str, *, by_gp: bool, noted: str) -> None:
        self._course.step(Step.ENDED, ended=reason, ended_by_gp=by_gp)
        by = "gp" if by_gp else "site"
        self._keeper.note(JournalEvent.ENDED, reason=noted, by=by)
        self._fall_silent(noted)

    def _fall_silent(self, reason: str) -> None:
        """From this moment on: no picture, no voice, nothing of the patient."""
        self._media.pause(on=True)
        self._examination.stop()
        self._winding_down = asyncio.create_task(self._wind_down(reason))

    async def _wind_down(self, reason: str) -> None:
        """The last words reach the GP; the record is closed."""
        is_settled = await self._dialogue.finish(self._goodbye_s)
        if rejected := self._dialogue.rejected:
            self._keeper.note(JournalEvent.PEER_PROTOCOL_BROKEN, envelopes=rejected)
        await self._keeper.finish(reason, is_settled=is_settled)
        await self._let_go()
        self._events("ended", reason=reason)
