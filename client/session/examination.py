"""What is examined: instruments and stills, what the GP asks, and the log of it all.

Nothing of it leaves the site before `open` is called, which the session does once the words were
found equal.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import replace
from typing import Any, Final

from client import clock
from client.core import wire
from client.core.adaptation.observation import LineEstimate
from client.core.auscultation import Place
from client.core.lanes import Lane
from client.core.record import milliseconds
from client.session.asking import Asking
from client.session.auscultation import Auscultation
from client.session.auscultation_around import Around
from client.session.auscultation_view import AuscultationStep
from client.session.bulletin import Bulletin
from client.session.captures import Captures
from client.session.consenting import UNASKED, Consenting
from client.session.correspondence import Correspondence
from client.session.events import EventLog
from client.session.findings import Findings
from client.session.instruments import InstrumentDesk, NoInstrumentError, Plug, Told
from client.session.interrupted import Interrupted
from client.session.keeping import RecordKeeper
from client.session.media import EndMedia
from client.session.snapshot import SiteSnapshot
from client.session.viewfinder import Viewfinder
from client.session.ways import Say
from client.store.journal import JournalEvent
from devices.driver import Request
from devices.ports import PortLister
from devices.readings import Clip, Kind, Still

_STREAMING: Final = (Kind.OXIMETER, Kind.MONITOR)
"""Kinds whose values come by themselves: measuring now is sending the next one at once."""
_RECORDING: Final = (AuscultationStep.RECORD, AuscultationStep.SEND)
"""What a patient who wants no recording has refused; listening keeps nothing."""


class Examination:
    """Instruments, stills, requests of the GP; on the event loop."""

    def __init__(  # noqa: PLR0913 -- what an examination touches; all but it are strangers
        self,
        plugs: tuple[Plug, ...],
        media: EndMedia,
        keeper: RecordKeeper,
        events: EventLog,
        *,
        say: Say,
        waiting: Callable[[], int],
        lister: PortLister | None = None,
        send_bps: Callable[[], int | None] = lambda: None,
        line: Callable[[], LineEstimate | None] = lambda: None,
        consent: Consenting = UNASKED,
    ) -> None:
        """`waiting`: how many durable messages the GP has not acknowledged.

        `lister` tells the ports to be watched for instruments nobody named; `None`: none are.

        `send_bps`: what the line is sent in all; `None` while nothing is known of it. `line`: what
        is known of the line while it is up. `consent` says what the patient refused.
        """
        self._keeper = keeper
        self._events = events
        self._say_to_gp = say
        self._desk = InstrumentDesk(plugs, clock.now, self._told, lister=lister)
        self._captures = Captures(
            *(keeper, events),
            consent=consent,
            say=say,
            is_open=lambda: self._is_open,
            on_received=self._still_received,
        )
        self._stills = self._captures.stills
        self._chest = Auscultation(
            Around(
                sounds=media,
                attachments=self._stills.attachments,
                keep=self._captures.keep_original,
                ask=lambda request: self._ask(Kind.STETHOSCOPE, request),
                line=lambda: line() if self._is_open else None,
                note=events,
            )
        )
        self._viewfinder = Viewfinder(media, self._stills, self._ask, self._desk.has_ready)
        self._asking = Asking(keeper, events, self._say, lambda: self._is_open)
        self._bulletin = Bulletin(self._desk, keeper, events, self._say)
        self._findings = Findings(
            *(self._stills, self._viewfinder, self._asking),
            events=events,
            say=self._say,
            spawn=self._spawn,
            waiting=waiting,
            send_bps=send_bps,
            is_open=lambda: self._is_open,
        )
        self._dispatch = self._findings.dispatch
        self._correspondence = Correspondence(keeper, events)
        self._log = self._correspondence.log
        self._is_open = False
        self._work: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Open the instruments' ports."""
        self._desk.start()

    async def close(self) -> None:
        """Close the ports; returns when their threads have ended."""
        await self._chest.close()
        await self._desk.close()
        await asyncio.gather(*self._work, return_exceptions=True)

    def open(self) -> None:
        """What is measured goes to the GP from now on, and what was measured last before."""
        self._is_open = True
        self._bulletin.publish(again=True)
        self._dispatch.open()
        self._captures.open()

    def stop(self) -> None:
        """From now on nothing more goes to the GP; the screen still shows what is measured."""
        self._chest.end_live()
        self._is_open = False
        self._dispatch.stop()

    def completed(self, snapshot: SiteSnapshot) -> SiteSnapshot:
        """The snapshot with everything the examination knows."""
        return replace(
            snapshot,
            instruments=self._desk.views,
            ports=self._desk.ports,
            vitals=self._desk.latest.vitals,
            apart=self._desk.latest.apart,
            results=self._desk.latest.results,
            pleth=self._desk.latest.pleth,
            preview_source=Kind.OTOSCOPE if self._viewfinder.is_aiming else None,
            asked=self._asking.view,
            still=self._stills.view,
            auscultation=self._chest.view if self._desk.knows(Kind.STETHOSCOPE) else None,
            exchanges=self._log.lines,
            summary=self._correspondence.summary,
            sent_files=self._captures.files.views,
        )

    @property
    def is_still_waiting(self) -> bool:
        """A still is on its way to the GP."""
        return self._is_open and self._stills.is_sending

    # What the person at the bedside does.

    def measure(self, kind: Kind) -> None:
        """Ask the instrument of this kind for a value now; one that streams is sent at once."""
        if kind in _STREAMING:
            self._dispatch.send_again()
        else:
            self._ask(kind, Request.MEASURE)
            self._bulletin.publish()

    def stop_measuring(self, kind: Kind) -> None:
        """Stop the measurement under way: let the air out of the cuff."""
        self._ask(kind, Request.STOP)

    def fetch_stored(self, kind: Kind) -> None:
        """Tell what the instrument's memory holds."""
        self._ask(kind, Request.FETCH_STORED)

    def aim(self, *, on: bool) -> None:
        """Look through the otoscope, or put it down."""
        self._viewfinder.aim(on=on)
        self._bulletin.publish()

    def take_still(self, label: str) -> None:
        """Freeze a full-quality still; one at a time."""
        if self._captures.may_take():
            self._viewfinder.take(label, Request.STILL)

    def take_clip(self, label: str) -> None:
        """Take a few seconds of moving picture; not while a still is taken."""
        if self._captures.may_take():
            self._viewfinder.take(label, Request.CLIP)

    def send_anyway(self) -> None:
        """Send the still that was found blurred or badly lit."""
        if self._captures.may_take():
            self._spawn(self._stills.send_anyway())

    def consent_changed(self) -> None:
        """Pictures and sounds on their way stop where the patient refuses them now (d-10)."""
        if self._captures.is_refused:
            self._captures.withdraw()
            self._chest.withdraw()
            self._bulletin.publish()

    def hold_stethoscope(self, place: Place) -> None:
        """The chest piece is held there now."""
        self._chest.hold_at(place)

    def auscultate(self, step: AuscultationStep, label: str = "") -> None:
        """Record, hear, send, or let the GP hear live; see `Auscultation.take`."""
        if step in _RECORDING and not self._captures.may_take():
            return
        if self._is_open or step is not AuscultationStep.SEND:
            self._chest.take(step, label)
            self._desk.show_listening(on=self._chest.is_live)
            self._bulletin.publish()

    def answer(self, *, done: bool) -> None:
        """The GP's current request is done, or not possible here."""
        self._asking.answer(done=done)

    def send_file(self, source: AsyncIterator[bytes], label: str, media_type: str) -> None:
        """Read a file, keep it, and send it behind every still; see `SiteSnapshot.sent_files`."""
        self._spawn(self._captures.send_file(source, label, media_type))

    def cancel_file(self, number: int) -> None:
        """Send no more of it; `number` is its view's."""
        self._captures.files.cancel(number)

    def write(self, text: str) -> None:
        """Send a line of text; nothing while nothing may leave."""
        if self._is_open:
            self._say(wire.Text(text[: wire.TEXT_LIMIT], milliseconds(clock.now())))
            self._keeper.note(JournalEvent.TEXT_SENT)

    # What the GP's end does.

    def hear(self, message: wire.Message) -> None:
        """A message that concerns the examination; anything else is not for here."""
        match message:
            case wire.StillHeld():
                self._stills.held(message)
                self._chest.held(message)
                return
            case wire.RegionAsked() if self._captures.is_refused:
                return
            case wire.RegionAsked():
                if not self._chest.send_original(message.id):
                    self._spawn(self._stills.region(message))
                return
            case wire.StillReceived():
                self._stills.received(message)
            case wire.Asked():
                self._asking.hear(message)
            case wire.Text() | wire.Summary():
                pass
            case _:
                return
        self._correspondence.hear(message)

    def sent(self, number: int | None, message: wire.Message) -> None:
        """A message of ours is on its way."""
        self._log.sent(number, message, clock.now())

    def acknowledged(self, numbers: list[int]) -> None:
        """The GP has these."""
        self._log.acknowledged(numbers)
        self._dispatch.go_on()

    def hash_of(self, identifier: int) -> bytes | None:
        """SHA-256 of what this site has offered under this number."""
        return self._stills.attachments.hash_of(identifier)

    def next_piece(self, limit_bytes: int) -> wire.StillPiece | None:
        """What to send now of a still on its way; see `StillDesk.next_piece`."""
        return self._stills.next_piece(limit_bytes) if self._is_open else None

    async def next_letter(self) -> wire.StillPiece | None:
        """The part of a still that goes by mailbox next; see `Freight.next_piece`."""
        return await self._stills.attachments.freight.next_piece() if self._is_open else None

    def mailed(self, numbers: list[int]) -> None:
        """These wait in the GP's mailbox."""
        self._log.mailed(numbers)

    def restore(self, interrupted: Interrupted) -> None:
        """Go on from what an earlier process of this site has kept; call before `open`."""
        for one in interrupted.in_order:
            self._correspondence.restore(one)
        asked = interrupted.open_ask
        if asked is not None:
            self._asking.restore(asked)
        for offer, data in interrupted.stills:
            self._stills.attachments.restore(offer, data)

    def link_is_new(self) -> None:
        """A link came up: say again what only describes the present."""
        self._stills.link_is_new()
        self._bulletin.publish(again=True)

    # What instruments do.

    def _told(self, told: Told) -> None:
        if told.instrument.kind is Kind.STETHOSCOPE:
            self._chest.hear(told.event)
            self._desk.show_listening(on=self._chest.is_live)
        elif isinstance(told.event, Still | Clip) and not self._captures.may_take():
            self._stills.failed()
        else:
            self._findings.take(told)
        self._bulletin.publish()
        self._bulletin.note(told)

    def _still_received(self, offer: wire.StillOffered) -> None:
        self._asking.met_by_file(offer)
        self._chest.received(offer)

    def _ask(self, kind: Kind, request: Request) -> bool:
        try:
            self._desk.ask(kind, request)
        except NoInstrumentError:
            self._events("no_instrument", kind=kind.value)
            return False
        return True

    def _say(self, message: wire.Message, lane: Lane = Lane.READINGS) -> None:
        if self._is_open:
            self._say_to_gp(message, lane)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)
