"""Opens everything one consultation at the site needs, and closes it in the right order."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from client import clock
from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.plan import DEFAULT_PICTURE_RUNG, DEFAULT_VOICE_RUNG
from client.core.adaptation.snapshot import EngineSnapshot
from client.core.adaptation.wishes import DEFAULT_HEADROOM
from client.core.identity import Identity
from client.core.record import ConsultationRecord
from client.errors import ChevetError
from client.media import codecs
from client.media.audio_processing import SoundProcessing, Untouched, VoiceProcessing
from client.media.sources import MediaAddress, SourceKind, parse_sink, parse_source
from client.media.window.process import SECOND
from client.printing import NoPrinter, Printer
from client.session.adaptation import LineSettings
from client.session.entered import TAKEN_UP, left_entered
from client.session.events import EventLog
from client.session.instruments import Plug
from client.session.interrupted import Interrupted, unfinished
from client.session.keeping import RecordKeeper
from client.session.media import PREVIEW_PX, EndMedia
from client.session.patient_window import WindowWish
from client.session.pauses import USUAL, Pauses
from client.session.requests import Part
from client.session.site import SiteSession
from client.session.site_setup import Responsible, SiteSetup
from client.session.trace import Trace, TracedEvents, file_in
from client.session.watchdog import watch
from client.store.contacts import Contacts
from client.store.keys import Keys
from client.store.records import Records
from devices.ports import PortLister


@dataclass(frozen=True, slots=True)
class Options:
    """What the person gave on the command line, as text."""

    relay_url: str
    camera: str
    microphone: str
    speaker: str
    plugs: tuple[Plug, ...]
    place: str
    operator: str
    record: Path | None
    """Folder of the records; `None` keeps them in memory only."""
    trace: Path | None = None
    """File of the media engine's trace; `None`: in the folder of the records, if there is one."""
    has_echo_cancelling: bool = True
    """Echo, noise and level of the microphone are taken care of."""
    link_layer: LinkLayer | None = None
    """`None`: measured at the start."""
    headroom: float = DEFAULT_HEADROOM
    """Fraction of the line left to the place's other machines."""
    cap_bps: int | None = None
    """Nothing is ever sent above it."""
    lister: PortLister | None = None
    """Tells the ports to be watched for instruments nobody named; `None`: none are."""
    resume: int | None = None
    """Go on with this consultation of the records, or with what was entered in it.

    See `interrupted_consultation` and `entered_and_left`.
    """
    role: str = ""
    """The operator's, for the GP's contacts."""
    rpps: str | None = None
    """The operator's, checked."""
    brokers: frozenset[bytes] = frozenset()
    """See `SiteSetup.brokers`."""
    printer: Printer = field(default_factory=NoPrinter)
    """See `client.printing.this_machines`; whoever made it closes it."""
    language: str = "fr"
    """What documents are made in."""
    pauses: Pauses = USUAL
    finess: str = ""
    place_address: str = ""
    identities: str = ""
    """See `SiteSetup.identities`."""
    responsible: Responsible = field(default_factory=Responsible)
    window: WindowWish = WindowWish.OFF
    """When the patient's window opens by itself."""
    patient_display: int = SECOND
    """Counted from one."""
    begun: tuple[Part, ...] = field(default=(), repr=False)
    """See `SiteSetup.begun`."""
    is_training: bool = False
    preview_px: tuple[int, int] = PREVIEW_PX
    """Of the pictures for the screen."""


class OpenSite:
    """A running session and its record."""

    def __init__(
        self, session: SiteSession, keeper: RecordKeeper, work: "asyncio.Task[None]"
    ) -> None:
        self.session = session
        self._keeper = keeper
        self._work = work

    async def finished(self) -> None:
        """The session was closed and everything it had begun is done."""
        await self._work

    async def record(self) -> ConsultationRecord:
        """Everything kept of the consultation so far."""
        return await self._keeper.record()


@asynccontextmanager
async def opened(options: Options, keys: Keys, events: EventLog) -> AsyncIterator[OpenSite]:
    """A running session; on leaving, all its tasks, threads, ports and files are closed."""
    microphone = parse_source(options.microphone)
    media = EndMedia(
        parse_source(options.camera),
        microphone,
        parse_sink(options.speaker),
        DEFAULT_PICTURE_RUNG,
        DEFAULT_VOICE_RUNG,
        codecs=codecs.sealable(),
        processing=_processing(microphone) if options.has_echo_cancelling else None,
    )
    media.preview_px = options.preview_px
    async with AsyncExitStack() as files:
        records = await Records.open(options.record, keys)
        files.push_async_callback(records.close)
        contacts = await Contacts.open(options.record, keys)
        files.push_async_callback(contacts.close)
        keeper, interrupted, begun = await _keeper(records, options.resume)
        options = replace(options, begun=begun or options.begun)
        trace = _trace(options)
        told = events if trace is None else TracedEvents(events, trace)
        on_engine = _nobody if trace is None else trace.second
        session = SiteSession(
            _setup(options, keys, contacts), media, keeper, told, on_engine, interrupted=interrupted
        )
        async with asyncio.TaskGroup() as tasks:
            chores = [tasks.create_task(watch(told, session.note_lag))]
            if trace is not None:
                chores.append(tasks.create_task(trace.run()))
            work = tasks.create_task(session.run())
            try:
                yield OpenSite(session, keeper, work)
            finally:
                session.close()
                await asyncio.wait([work])
                for chore in chores:
                    chore.cancel()


async def interrupted_consultation(folder: Path, keys: Keys) -> tuple[int, datetime] | None:
    """The newest consultation in this folder that can be gone on with, and when it began."""
    records = await Records.open(folder, keys)
    try:
        return await unfinished(records, clock.now())
    finally:
        await records.close()


async def entered_and_left(folder: Path, keys: Keys) -> tuple[int, datetime] | None:
    """The newest consultation, if it broke off before a GP came, and when it began.

    Only of one in which something was entered, and not of another day's patient.
    """
    records = await Records.open(folder, keys)
    try:
        newest = next(iter(await records.found("", limit=1)), None)
        entered = await left_entered(records, clock.now(), _pass_over)
    finally:
        await records.close()
    if newest is None or not entered or entered[-1].consultation != newest.id:
        return None
    return newest.id, newest.began_at


async def _keeper(
    records: Records, resume: int | None
) -> tuple[RecordKeeper, Interrupted | None, tuple[Part, ...]]:
    """Of the consultation to go on with, if there is one; else of a new one.

    What was entered in one without a GP goes on in the new one, and is kept there before the other
    is over.
    """
    if resume is None:
        return await RecordKeeper.begin(records, clock.now), None, ()
    keeper = RecordKeeper(records, resume, clock.now)
    interrupted = await Interrupted.read(keeper)
    if interrupted is not None:
        return keeper, interrupted, ()
    entered = await left_entered(records, clock.now(), _pass_over)
    left = next((one for one in entered if one.consultation == resume), None)
    keeper = await RecordKeeper.begin(records, clock.now)
    if left is None:
        return keeper, None, ()
    await records.keep_dossier(keeper.consultation, left.dossier)
    await records.finish(resume, clock.now(), TAKEN_UP)
    return keeper, None, left.parts


def _pass_over(_error: ChevetError) -> None:
    """The others are none the worse for it; the session tells of it."""


def _setup(options: Options, keys: Keys, contacts: Contacts) -> SiteSetup:
    return SiteSetup(
        place=options.place,
        operator=options.operator,
        relay_url=options.relay_url,
        identity=Identity(keys.identity_seed),
        plugs=options.plugs,
        entropy=os.urandom,
        is_recorded=options.record is not None,
        contacts=contacts,
        line=LineSettings(
            options.link_layer or LinkLayer.ETHERNET, options.headroom, options.cap_bps
        ),
        is_link_layer_said=options.link_layer is not None,
        lister=options.lister,
        role=options.role,
        rpps=options.rpps,
        brokers=options.brokers,
        printer=options.printer,
        language=options.language,
        pauses=options.pauses,
        finess=options.finess,
        place_address=options.place_address,
        identities=options.identities,
        responsible=options.responsible,
        window=options.window,
        patient_display=options.patient_display,
        begun=options.begun,
        is_training=options.is_training,
    )


def _trace(options: Options) -> Trace | None:
    path = options.trace
    if path is None and options.record is not None:
        path = file_in(options.record, clock.now())
    return None if path is None else Trace(path, clock.now(), clock.monotonic_s)


def _nobody(_snapshot: EngineSnapshot) -> None:
    """Nobody keeps it."""


def _processing(microphone: MediaAddress) -> SoundProcessing:
    """A recording holds no echo of our speaker, and its level is as it should be."""
    is_live = microphone.kind in (SourceKind.DEVICE, SourceKind.FIFO)
    return VoiceProcessing() if is_live else Untouched()
