"""What is examined: instruments and stills, what the GP asks, and the log of it all.

Nothing of it leaves the site before `open` is called, which the session does once the words were
found equal.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, Final, Protocol

from client import clock
from client.core import wire
from client.core.adaptation.observation import LineEstimate
from client.core.auscultation import Place
from client.core.lanes import Lane
from client.core.record import Direction, milliseconds
from client.session.attachments import Attachment
from client.session.auscultation import Auscultation
from client.session.auscultation_around import Around
from client.session.auscultation_view import AuscultationStep
from client.session.dispatch import Dispatch
from client.session.events import EventLog
from client.session.exchanges import ExchangeLog
from client.session.instruments import InstrumentDesk, NoInstrumentError, Plug, Told
from client.session.interrupted import Interrupted
from client.session.keeping import RecordKeeper
from client.session.media import EndMedia
from client.session.snapshot import AskView, SiteSnapshot
from client.session.stills import StillDesk
from client.session.waves import Waves
from client.store.journal import JournalEvent
from devices.driver import Request
from devices.ports import PortLister
from devices.readings import (
    Clip,
    Failed,
    Identified,
    Kind,
    LabResult,
    Origin,
    Preview,
    Reading,
    Refused,
    Still,
    StillProgress,
    Vital,
    WaveBlock,
)
from devices.session import Plugged, Silent, Unplugged

_ANSWERS: Final = {
    Vital.SPO2: "oximeter",
    Vital.TEMPERATURE: "temperature",
    Vital.SYSTOLIC: "pressure",
    Vital.GLUCOSE: "glucose",
    Vital.GLUCOSE_MOLAR: "glucose",
    Vital.WEIGHT: "weight",
    Vital.HEART_RATE: "ecg",
}
"""Which request of the GP (`client.core.wire.Asked`) a value of this vital sign meets."""
_ANSWERED_BY: Final = {
    "image": ("still", "skin", "throat"),
    "audio": ("listen",),
    "video": ("clip",),
}
"""Which of them a file of this media type meets."""
_STREAMING: Final = (Kind.OXIMETER, Kind.MONITOR)
"""Kinds whose values come by themselves: measuring now is sending the next one at once."""
_CAMERAS: Final = (Kind.OTOSCOPE, Kind.CAMERA)
"""What can be looked through; the first ready one is."""
_ASKABLE: Final = (
    *("oximeter", "temperature", "pressure", "glucose", "weight", "ecg"),
    *("ear", "skin", "throat", "still", "clip", "listen", "text"),
)
"""What a GP can ask for; anything else of a peer's is a wish in its own words, and not noted."""
_NOTED: Final = (Plugged, Unplugged, Silent, Identified, Refused)
"""What is worth a line among the events."""


class Say(Protocol):
    """Sends a message to the GP."""

    def __call__(self, message: wire.Message, lane: Lane = Lane.READINGS) -> None:
        """A durable one is kept first."""


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
    ) -> None:
        """`waiting`: how many durable messages the GP has not acknowledged.

        `lister` tells the ports to be watched for instruments nobody named; `None`: none are.

        `send_bps`: what the line is sent in all; `None` while nothing is known of it. `line`: what
        is known of the line while it is up.
        """
        self._media = media
        self._keeper = keeper
        self._events = events
        self._say_to_gp = say
        self._desk = InstrumentDesk(plugs, clock.now, self._told, lister=lister)
        self._stills = StillDesk(self._say, self._keep_still, self._still_received)
        self._waves = Waves(send_bps)
        self._dispatch = Dispatch(self._send, waiting)
        self._chest = Auscultation(
            Around(
                sounds=media,
                attachments=self._stills.attachments,
                keep=keeper.keep_still,
                ask=lambda request: self._ask(Kind.STETHOSCOPE, request),
                line=lambda: line() if self._is_open else None,
                note=events,
            )
        )
        self._log = ExchangeLog()
        self._asked: AskView | None = None
        self._summary: str | None = None
        self._is_open = False
        self._is_aiming = False
        self._described: wire.Instruments | None = None
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
        self._describe_instruments(again=True)
        self._dispatch.open()

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
            preview_source=Kind.OTOSCOPE if self._is_aiming else None,
            asked=self._asked,
            still=self._stills.view,
            auscultation=self._chest.view if self._desk.knows(Kind.STETHOSCOPE) else None,
            exchanges=self._log.lines,
            summary=self._summary,
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
            self._describe_instruments()

    def stop_measuring(self, kind: Kind) -> None:
        """Stop the measurement under way: let the air out of the cuff."""
        self._ask(kind, Request.STOP)

    def fetch_stored(self, kind: Kind) -> None:
        """Tell what the instrument's memory holds."""
        self._ask(kind, Request.FETCH_STORED)

    def aim(self, *, on: bool) -> None:
        """Look through the otoscope, or put it down."""
        if self._ask_camera(Request.PREVIEW_ON if on else Request.PREVIEW_OFF) or not on:
            self._is_aiming = on
            self._media.show_otoscope(on=on)
            self._describe_instruments()

    def take_still(self, label: str) -> None:
        """Freeze a full-quality still; one at a time."""
        self._take(label, Request.STILL)

    def take_clip(self, label: str) -> None:
        """Take a few seconds of moving picture; not while a still is taken."""
        self._take(label, Request.CLIP)

    def send_anyway(self) -> None:
        """Send the still that was found blurred or badly lit."""
        self._spawn(self._stills.send_anyway())

    def _take(self, label: str, request: Request) -> None:
        if self._stills.is_taking:
            return
        self._stills.taking(label)
        if not self._ask_camera(request):
            self._stills.failed()

    def hold_stethoscope(self, place: Place) -> None:
        """The chest piece is held there now."""
        self._chest.hold_at(place)

    def auscultate(self, step: AuscultationStep, label: str = "") -> None:
        """Record, hear, send, or let the GP hear live; see `Auscultation.take`."""
        if self._is_open or step is not AuscultationStep.SEND:
            self._chest.take(step, label)
            self._desk.show_listening(on=self._chest.is_live)
            self._describe_instruments()

    def answer(self, *, done: bool) -> None:
        """The GP's current request is done, or not possible here."""
        if self._asked is not None and self._is_open:
            self._say(wire.AskAnswered(self._asked.id, "done" if done else "not_possible"))
            self._note(JournalEvent.ASK_ANSWERED, what=self._asked.what, done=int(done))
            self._asked = None

    def write(self, text: str) -> None:
        """Send a line of text; nothing while nothing may leave."""
        if self._is_open:
            self._say(wire.Text(text[: wire.TEXT_LIMIT], milliseconds(clock.now())))
            self._note(JournalEvent.TEXT_SENT)

    # What the GP's end does.

    def hear(self, message: wire.Message) -> None:
        """A message that concerns the examination; anything else is not for here."""
        match message:
            case wire.StillHeld():
                self._stills.held(message)
                self._chest.held(message)
                return
            case wire.RegionAsked():
                if not self._chest.send_original(message.id):
                    self._spawn(self._stills.region(message))
                return
            case wire.StillReceived():
                self._stills.received(message)
            case wire.Asked(identifier, asked, text):
                what = asked if asked in _ASKABLE else "text"
                self._asked = AskView(identifier, what, text, clock.now())
                self._events("asked", what=what, id=identifier)
                self._note(JournalEvent.ASKED, what=what)
            case wire.Text():
                self._note(JournalEvent.TEXT_RECEIVED)
            case wire.Summary(text):
                self._summary = text
                self._events("summary_received", characters=len(text))
                self._note(JournalEvent.SUMMARY_RECEIVED)
            case _:
                return
        self._log.came(message, clock.now())

    def sent(self, number: int | None, message: wire.Message) -> None:
        """A message of ours is on its way."""
        self._log.sent(number, message, clock.now())

    def acknowledged(self, numbers: list[int]) -> None:
        """The GP has these."""
        self._log.acknowledged(numbers)
        self._dispatch.go_on()

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
            message, number = one.parcel.message, one.parcel.number or 0
            if one.direction is Direction.SENT:
                self._log.sent(number, message, one.kept_at)
                if one.acknowledged_at is not None:
                    self._log.acknowledged([number])
            else:
                self._log.came(message, one.kept_at)
        summary = interrupted.newest(wire.Summary, Direction.RECEIVED)
        self._summary = summary.text if isinstance(summary, wire.Summary) else None
        asked = interrupted.open_ask
        if asked is not None:
            what = asked.what if asked.what in _ASKABLE else "text"
            self._asked = AskView(asked.id, what, asked.text, clock.now())
        for offer, data in interrupted.stills:
            self._stills.attachments.restore(offer, data)

    def link_is_new(self) -> None:
        """A link came up: say again what only describes the present."""
        self._stills.link_is_new()
        self._describe_instruments(again=True)

    # What instruments do.

    def _told(self, told: Told) -> None:
        if told.instrument.kind is Kind.STETHOSCOPE:
            self._chest.hear(told.event)
            self._desk.show_listening(on=self._chest.is_live)
        else:
            self._heard(told)
        self._describe_instruments()
        if isinstance(told.event, _NOTED):
            self._note_instrument(told)

    def _heard(self, told: Told) -> None:
        match told.event:
            case Reading() | LabResult():
                self._dispatch.take(told.instrument, told.event)
            case WaveBlock():
                self._draw(self._waves.add(told.instrument.id, told.event))
            case Preview(jpeg):
                self._media.push_otoscope(jpeg)
                self._answered_by("ear")
            case StillProgress():
                self._stills.progress(told.event)
            case Failed(Request.STILL | Request.CLIP):
                self._stills.failed()
            case Unplugged() if told.instrument.kind in _CAMERAS:
                self._stills.failed()
                self._put_down()
            case Still() if self._is_open or self._stills.is_taking:  # else a button was pressed
                self._spawn(self._stills.taken(told.event))
            case Clip():
                self._spawn(self._stills.filmed(told.event))

    def _put_down(self) -> None:
        """The otoscope is gone: the GP sees the camera again, not its last picture."""
        self._is_aiming = False
        self._media.show_otoscope(on=False)

    def _send(self, message: wire.Message) -> None:
        """A reading or a result goes to the GP."""
        self._say(message)
        self._draw(self._waves.beside_reading())
        match message:
            case wire.Measured(vital, value, _, quality, origin=origin):
                self._events("reading_sent", vital=vital, quality=quality)
                if value is not None and origin != Origin.STORED:
                    self._answered_by(_ANSWERS.get(Vital.from_code(vital)))
            case wire.LabResult(quality=quality):
                self._events("result_sent", quality=quality)

    def _draw(self, blocks: list[wire.WaveSamples]) -> None:
        for block in blocks:
            self._say(block)

    def _answered_by(self, what: str | None) -> None:
        """The GP's request is met: nobody need press a key to say so."""
        if self._asked is not None and self._asked.what == what:
            self.answer(done=True)

    def _describe_instruments(self, *, again: bool = False) -> None:
        """Tell the GP the state of every instrument, when it has changed."""
        message = self._desk.message
        if again or message != self._described:
            self._described = message
            self._say(message)

    def _note_instrument(self, told: Told) -> None:
        view = told.instrument
        self._events("instrument", driver=view.driver, state=view.state.value)
        event = {
            Plugged: JournalEvent.INSTRUMENT_PLUGGED,
            Unplugged: JournalEvent.INSTRUMENT_UNPLUGGED,
            Silent: JournalEvent.INSTRUMENT_SILENT,
            Refused: JournalEvent.INSTRUMENT_REFUSED,
        }.get(type(told.event))
        if event is not None:
            self._note(event, driver=view.driver, model=view.model)

    async def _keep_still(self, taken: Attachment) -> None:
        await self._keeper.keep_still(taken)
        facts: dict[str, str | int] = {"id": taken.offer.id, "bytes": taken.offer.size}
        if taken.made_from is not None:
            facts["instrument_sha256"] = taken.made_from.hex()
        self._note(JournalEvent.STILL_SENT, **facts)
        self._events("still_taken", id=taken.offer.id, bytes=taken.offer.size)

    def _still_received(self, offer: wire.StillOffered) -> None:
        self._note(JournalEvent.STILL_RECEIVED, id=offer.id)
        family = offer.media_type.partition("/")[0]
        for what in _ANSWERED_BY.get(family, ()):
            self._answered_by(what)
        self._chest.received(offer)
        self._events("still_acknowledged", id=offer.id, bytes=offer.size, sha256=offer.sha256.hex())

    def _ask_camera(self, request: Request) -> bool:
        """Ask the otoscope or, where there is none ready, the examination camera."""
        kind = next(filter(self._desk.has_ready, _CAMERAS), Kind.OTOSCOPE)
        return self._ask(kind, request)

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

    def _note(self, event: JournalEvent, **facts: str | int) -> None:
        self._keeper.note(event, **facts)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)
