"""The site's end of a consultation: trust, line and record, from the checks to the goodbye.

It decides; a screen only asks (`client.session.requests`) and is shown immutable snapshots.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from client import clock
from client.core import wire
from client.core.adaptation.snapshot import EngineSnapshot
from client.core.consultation import State
from client.core.dossier.background import Background
from client.core.dossier.traits import Traits
from client.core.envelope import INCARNATION_SIZE, Role, resumed_ciphers
from client.core.frame_keys import FrameRatchet
from client.core.handshake import WordsDifferError
from client.core.lanes import Lane
from client.errors import ChevetError
from client.session.acquaintances import Acquaintances
from client.session.arrivals import Arrivals
from client.session.bedside import Bedside
from client.session.board import Board
from client.session.casework import Casework
from client.session.course import Course
from client.session.deskwork import Deskwork
from client.session.doorway import Doorway
from client.session.ending import Ending
from client.session.events import EventLog
from client.session.examination import Examination
from client.session.from_gp import FromGp
from client.session.identity_import import IdentityImport
from client.session.interrupted import Interrupted
from client.session.introductions import Introductions
from client.session.keeping import RecordKeeper
from client.session.left_open import LeftOpen
from client.session.media import EndMedia
from client.session.paper import Paper
from client.session.patient_window import PatientWindow
from client.session.picture_record import PictureRecord
from client.session.site_dialogue import SiteDialogue
from client.session.site_line import SiteLine
from client.session.site_setup import SiteSetup
from client.session.snapshot import GpPresence, SiteSnapshot
from client.store.journal import JournalEvent

ALL_PCT: Final = 100
"""Of the voice concealed: the GP's end plays, and none of it was said here."""
_GOODBYES: Final = ("finished", "unsuitable", "words_differ")


class SiteSession(Bedside, Deskwork, Doorway):
    """One consultation. Implements `client.session.requests.SiteRequests`."""

    def __init__(  # noqa: PLR0913 -- the last by name
        self,
        setup: SiteSetup,
        media: EndMedia,
        keeper: RecordKeeper,
        events: EventLog,
        on_engine: Callable[[EngineSnapshot], None] = lambda _: None,
        *,
        interrupted: Interrupted | None = None,
    ) -> None:
        """`on_engine` is told once a second what the media engine does.

        `interrupted`: go on with this consultation instead of beginning one.
        """
        self._setup = setup
        self._events = events
        self._on_engine = on_engine
        self._interrupted = interrupted
        self._board = Board(lambda: self.snapshot)
        self._closing = asyncio.Event()
        self._held = []
        self._course = Course(
            SiteSnapshot(
                *(clock.now(), State.READY, setup.place),
                is_recorded=setup.is_recorded,
                place_address=setup.place_address,
            )
        )
        self._acquaintances = Acquaintances(setup.contacts, setup.identity, clock.now)
        self._arrivals = Arrivals(
            *(setup, self._acquaintances, keeper, events, self._course),
            on_called=self._called,
            on_met=self._met,
            on_envelope=lambda envelope: self._dialogue.hear_letter(envelope),  # noqa: PLW0108 -- made below
            on_relay_back=lambda: self._dialogue.hurry(),  # noqa: PLW0108 -- made below
            refuse=self._refuse,
        )
        self._meeting = self._arrivals.meeting
        self._introductions = Introductions(
            *(self._acquaintances, self._meeting, keeper, events, self._course),
            brokers=setup.brokers,
        )
        self._casework = Casework(self._course, keeper, events, self._say, setup.dossier)
        self._identities = IdentityImport(self._course, keeper, events, setup.identities)
        self._paper = Paper(
            *(self._course, keeper, events), printer=setup.printer, language=setup.language
        )
        self._window = PatientWindow(
            *(media, lambda: self.snapshot),
            wish=setup.window,
            language=setup.language,
            display=setup.patient_display,
        )
        examination = Examination(
            *(setup.plugs, media, keeper, events),
            say=self._say,
            consent=self._casework,
            waiting=lambda: self._dialogue.waiting,
            lister=setup.lister,
            send_bps=lambda: self._line.send_bps,
            line=lambda: self._course.line,
        )
        line = SiteLine(
            *(media, keeper, events, setup.line),
            relay_url=setup.relay_url,
            link_layer=setup.line.link_layer if setup.is_link_layer_said else None,
            peer=lambda: self._dialogue.peer,
            is_still_waiting=lambda: self._examination.is_still_waiting,
            say=self._say,
            on_engine=self._engine_seen,
        )
        super().__init__(examination, media, line, keeper)
        self._from_gp = FromGp(
            *(self._course, keeper, events),
            say=self._say,
            still_hash=examination.hash_of,
            site_public=setup.identity.public,
            session=lambda: self._meeting.resumption,
            on_coming=lambda: self._dialogue.hurry(),  # noqa: PLW0108 -- made below
        )
        self._left_open = LeftOpen(
            *(setup, self._course, keeper, events, self._meeting, self._acquaintances)
        )
        self._picture = PictureRecord(self._course, media, keeper, events)
        self._dialogue = SiteDialogue(
            *(media, keeper, events, self._course),
            meeting=self._meeting,
            examination=examination,
            line=line,
            on_message=self._on_message,
            refuse=self._refuse,
            pauses=setup.pauses,
        )
        self._ending = Ending(
            *(self._course, keeper, events),
            media=media,
            examination=examination,
            dialogue=self._dialogue,
            let_go=self._let_go,
            goodbye_s=setup.pauses.goodbye_s,
        )

    async def run(self) -> None:
        """Work until `close`; every thread and task has ended when it returns."""
        self._keeper.note(JournalEvent.OPENED)
        for part in self._setup.begun:
            self.enter(part)
        try:
            self._media.start()
            self._examination.start()
            self._look_at_room()
            if self._interrupted is None:
                self._line.measure()
            else:
                self._go_on(self._interrupted)
            async with asyncio.TaskGroup() as tasks:
                chores = [
                    tasks.create_task(work)
                    for work in (
                        self._meeting.run(),
                        self._board.run(),
                        self._line.run(),
                        self._from_gp.files.run(),
                        self._left_open.run(),
                        self._window.run(),
                    )
                ]
                await self._closing.wait()
                self._casework.leave()
                self._arrivals.stop()
                await self._ending.settle()
                await self._introductions.settle(self._setup.pauses.goodbye_s)
                for chore in chores:
                    chore.cancel()
        finally:
            await self._line.close()
            await self._dialogue.stop()
            await self._examination.close()
            await self._media.close()
            await self._paper.settle()
            await self._keeper.settle()

    def close(self) -> None:
        """Leave; an ending under way is finished first, what is unacknowledged stays recorded."""
        self._closing.set()

    # What a screen may ask.

    @property
    def snapshot(self) -> SiteSnapshot:
        """The newest picture of everything."""
        return self._examination.completed(
            self._media.completed(
                replace(
                    self._course.known,
                    at=clock.now(),
                    contacts=self._acquaintances.views,
                    line_check=self._line.measured,
                    documents=self._from_gp.files.views,
                    window=self._window.state,
                    incidents=self._keeper.incidents.found,
                    link=replace(self._course.known.link, waiting=self._dialogue.waiting),
                )
            )
        )

    def subscribe(self, listener: Callable[[SiteSnapshot], None]) -> Callable[[], None]:
        """Call `listener` with each new snapshot; returns the unsubscription."""
        return self._board.subscribe(listener)

    def check_line(self, *, on: bool) -> None:
        """Measure the line to the relay, or stop measuring it; a call has it for itself."""
        if on and not self._dialogue.has_begun:
            self._line.measure()
        elif not on:
            self._line.stop_measuring()

    def enter_patient(self, name: str, reason: str) -> None:
        """A name and a reason alone, where nothing more is asked."""
        dossier = self._casework.dossier
        self.enter(replace(dossier.traits or Traits(), used_name=name))
        self.enter(replace(dossier.background or Background(), reason=reason))

    def note_lag(self, late_s: float) -> None:
        """The event loop woke up so late."""
        self._line.note_lag(late_s)

    def end(self, reason: str) -> None:
        """End the consultation: ``finished`` or ``unsuitable``."""
        is_elsewhere = self.snapshot.gp_presence is GpPresence.REDIRECTED
        self._ending.end_here(reason, noted="redirected" if is_elsewhere else reason)

    # What the relay and the GP's end do.

    def _go_on(self, interrupted: Interrupted) -> None:
        """With the GP of an earlier process, whose words were compared then."""
        session = interrupted.session
        incarnation = self._setup.entropy(INCARNATION_SIZE)
        self._meeting.resume(session)
        self._course.go_on(interrupted)
        ciphers = resumed_ciphers(session.keys, incarnation)
        self._dialogue.begin(ciphers, FrameRatchet(session.keys, Role.SITE), interrupted.resumed)
        self._keeper.note(JournalEvent.KEY_KNOWN)
        self._events("gone_on")
        self._introductions.restore(interrupted)
        self._casework.restore(interrupted)
        self._examination.restore(interrupted)
        self._from_gp.restore(interrupted)
        self._open()

    def _on_message(self, message: wire.Message) -> None:
        match message:
            case wire.Signal():
                self._dialogue.answered(message)
            case wire.Card() | wire.Acquaintance() | wire.Attested():
                self._introductions.hear(message)
            case wire.WordsCompared(equal=True):
                self._course.change(words_confirmed_by_gp=True)
            case wire.WordsCompared(equal=False):
                self._refuse(WordsDifferError())
            case wire.Goodbye(reason):
                self._ending.ended_by_gp(reason if reason in _GOODBYES else "finished")
            case wire.PageReport(voice_concealed_pct=concealed_pct):
                self._line.hear(message)
                self._course.change_link(gp_hears=concealed_pct < ALL_PCT)
            case wire.PictureAsked(preference):
                self._line.wish(preference)
            case _ if self._course.state is State.VERIFIED:
                self._examination.hear(message)
                self._from_gp.hear(message)
            case _ if self._course.state is State.COMPARING:
                self._hold(message)

    async def _let_go(self) -> None:
        """The last word is said: no key of this session is kept in memory."""
        self._interrupted = None
        await self._introductions.let_go(self._setup.pauses.goodbye_s)
        await self._dialogue.let_go()
        await self._arrivals.let_go(self._setup.pauses.goodbye_s)
        self._meeting.let_go()

    # Steps that several of the above share.

    def _say(self, message: wire.Message, lane: Lane = Lane.READINGS) -> None:
        self._dialogue.say(message, lane)

    def _refuse(self, error: ChevetError, goodbye: str = "words_differ") -> None:
        self._ending.refuse(error, goodbye)

    def _engine_seen(self, engine: EngineSnapshot) -> None:
        self._course.change_link(up_bps=engine.up_bps, engine=engine)
        self._picture.see(engine)
        self._on_engine(engine)
