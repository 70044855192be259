"""All instruments of the site: their state, their latest word, and what is worth sending.

Instruments report from threads of their own; everything here runs on the event loop.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from client.core.wire import Instruments
from client.errors import ChevetError
from client.media.instrument_links import open_link
from client.session.snapshot import InstrumentState, InstrumentView, VitalView
from devices import registry
from devices.driver import Request
from devices.readings import (
    Event,
    Failed,
    Identified,
    Kind,
    Preview,
    Reading,
    Refused,
    Still,
    Vital,
    Wave,
    WaveBlock,
)
from devices.session import InstrumentEvent, InstrumentSession, Plugged, Silent, Unplugged

LIVE: Final = timedelta(seconds=3)
"""A reading of a streaming instrument is live for so long; three of its once-a-second words."""
SENT_EVERY: Final = timedelta(seconds=1)
"""A vital sign is sent no more often, on the whole, to spare the line; a change of its quality
sooner."""
CHANGED_EVERY: Final = timedelta(milliseconds=250)
"""Changes of quality; chosen: a loose finger, which has 60 a second, must not fill the outbox."""
KEPT_EVERY: Final = timedelta(seconds=10)
"""While much waits for the line to come back: an hour of it still fits the outbox."""
PLETH_SAMPLES: Final = 240
"""Four seconds at 60 Hz."""


class NoInstrumentError(ChevetError):
    """Nothing that could do this is plugged in and ready."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(f"no {kind} is ready")
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Plug:
    """An instrument given to the site: which driver on which port."""

    driver: str
    port: str


@dataclass(frozen=True, slots=True)
class Told:
    """What an instrument said that concerns the consultation."""

    instrument: InstrumentView
    event: Event | Plugged | Unplugged | Silent


class InstrumentDesk:
    """Holds every instrument of the session."""

    def __init__(
        self, plugs: tuple[Plug, ...], now: Callable[[], datetime], on_told: Callable[[Told], None]
    ) -> None:
        """`on_told` hears, on the event loop, what the rest of the session must act upon."""
        self._now = now
        self._on_told = on_told
        self._loop: asyncio.AbstractEventLoop | None = None
        self._views = [_first_view(plug) for plug in plugs]
        self._sessions: list[InstrumentSession] = []
        self._vitals: dict[Vital, VitalView] = {}
        self._sent: dict[Vital, Reading] = {}
        self._beats: dict[Vital, datetime] = {}
        """When each one of `_sent` was due."""
        self._pleth = bytearray()
        self._pleth_at: datetime | None = None
        self._is_aiming = False

    def start(self) -> None:
        """Open every port; call on the event loop."""
        self._loop = asyncio.get_running_loop()
        for index, view in enumerate(self._views):
            session = InstrumentSession(
                *(view.driver, view.port, self._hand_over(index), self._now), open_link=open_link
            )
            self._sessions.append(session)
            session.start()

    async def close(self) -> None:
        """Close every port; returns when their threads have ended."""
        await asyncio.gather(*(asyncio.to_thread(session.close) for session in self._sessions))

    @property
    def views(self) -> tuple[InstrumentView, ...]:
        """Every instrument and its state."""
        return tuple(self._views)

    @property
    def vitals(self) -> tuple[VitalView, ...]:
        """The latest word on each vital sign, live only while it really is."""
        now = self._now()
        return tuple(
            replace(view, is_live=view.is_live and now - view.taken_at < LIVE)
            for view in self._vitals.values()
        )

    @property
    def pleth(self) -> bytes:
        """The last four seconds of the plethysmogram; empty when it is not live."""
        is_live = self._pleth_at is not None and self._now() - self._pleth_at < LIVE
        return bytes(self._pleth) if is_live else b""

    @property
    def message(self) -> Instruments:
        """The state of all instruments, for the GP."""
        return Instruments(
            [
                {
                    "driver": view.driver,
                    "kind": view.kind.value,
                    "model": view.model,
                    "serial": view.serial,
                    "state": view.state.value,
                }
                for view in self._views
            ]
        )

    def knows(self, kind: Kind) -> bool:
        """Whether an instrument of this kind was given to the site, plugged in or not."""
        return any(view.kind is kind for view in self._views)

    def has_ready(self, kind: Kind) -> bool:
        """Whether an instrument of this kind could be asked now."""
        return self._ready(kind) is not None

    def ask(self, kind: Kind, request: Request) -> None:
        """Ask the first ready instrument of a kind; `NoInstrumentError` when there is none."""
        index = self._ready(kind)
        if index is None:
            raise NoInstrumentError(kind)
        if request is Request.MEASURE:
            self._set(index, state=InstrumentState.MEASURING)
        if request in (Request.PREVIEW_ON, Request.PREVIEW_OFF):
            self._is_aiming = request is Request.PREVIEW_ON
            self._set(index, state=InstrumentState.READY)
        if request is Request.STOP and kind is Kind.STETHOSCOPE:
            self._set(index, state=InstrumentState.READY)
        self._sessions[index].request(request)

    def show_listening(self, *, on: bool) -> None:
        """Whether the GP hears the stethoscope live."""
        index = self._ready(Kind.STETHOSCOPE)
        if index is None:
            return
        is_shown = self._views[index].state is InstrumentState.LISTENING
        if on is not is_shown:
            state = InstrumentState.LISTENING if on else InstrumentState.READY
            self._set(index, state=state)

    def should_send(self, reading: Reading, *, is_crowded: bool) -> bool:
        """Whether this reading tells the GP something new; remembers that it was sent.

        With another of the same moment it is sent before its turn: together they cost little more
        than one. `is_crowded`: many readings wait to be sent already.
        """
        pace = KEPT_EVERY if is_crowded else SENT_EVERY
        beat_at = self._next_beat(reading, pace)
        if beat_at is not None:
            self._sent[reading.vital] = reading
            self._beats[reading.vital] = beat_at
        return beat_at is not None

    def _next_beat(self, reading: Reading, pace: timedelta) -> datetime | None:
        """The beat this reading is sent on; `None`: it is not."""
        last = self._sent.get(reading.vital)
        if last is None:
            return reading.taken_at
        beat_at = self._beats[reading.vital]
        if reading.taken_at - beat_at >= pace:
            # What comes late is not late ever after, but two beats are never close together.
            return max(beat_at + pace, reading.taken_at - pace / 2)
        is_changed = last.quality is not reading.quality
        if is_changed and reading.taken_at - last.taken_at >= CHANGED_EVERY:
            return reading.taken_at
        for other, sent in self._sent.items():
            if sent.taken_at == reading.taken_at and reading.taken_at - last.taken_at >= pace / 2:
                return self._beats[other]
        return None

    def send_again(self) -> None:
        """Whatever the instruments say next is worth sending, however lately it was sent."""
        self._sent.clear()

    def _ready(self, kind: Kind) -> int | None:
        usable = (InstrumentState.READY, InstrumentState.MEASURING, InstrumentState.LISTENING)
        for index, view in enumerate(self._views):
            if view.kind is kind and view.state in usable:
                return index
        return None

    def _hand_over(self, index: int) -> Callable[[InstrumentEvent], None]:
        def from_thread(event: InstrumentEvent) -> None:
            if self._loop is not None and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._hear, index, event)

        return from_thread

    def _hear(self, index: int, event: InstrumentEvent) -> None:
        match event:
            case Plugged():
                self._set(index, state=InstrumentState.CONNECTING)
            case Unplugged():
                self._unplugged(index)
            case Silent():
                self._set(index, state=InstrumentState.SILENT)
            case Refused(model):
                self._set(index, state=InstrumentState.REFUSED, model=model)
            case Identified(model, serial):
                self._set(index, state=InstrumentState.READY, model=model, serial=serial)
            case Reading():
                self._read(index, event)
            case WaveBlock(Wave.PLETH, samples, _, _):
                self._draw(index, samples)
            case Preview() if self._is_aiming:
                self._set(index, state=InstrumentState.MEASURING)
            case Failed() | Still():
                self._set(index, state=InstrumentState.READY)
        self._on_told(Told(self._views[index], event))

    def _unplugged(self, index: int) -> None:
        self._set(index, state=InstrumentState.UNPLUGGED)
        model = self._views[index].model
        for vital, view in self._vitals.items():
            if view.model == model:
                self._vitals[vital] = replace(view, is_live=False)
        if self._views[index].kind is Kind.OXIMETER:
            self._pleth.clear()

    def _read(self, index: int, reading: Reading) -> None:
        streams = self._views[index].kind is Kind.OXIMETER
        state = InstrumentState.MEASURING if streams else InstrumentState.READY
        self._set(index, state=state)
        self._vitals[reading.vital] = VitalView(
            reading.vital,
            reading.value,
            reading.quality,
            self._views[index].model,
            reading.taken_at,
            is_live=streams,
        )

    def _draw(self, index: int, samples: bytes) -> None:
        self._set(index, state=InstrumentState.MEASURING)
        self._pleth += samples
        del self._pleth[:-PLETH_SAMPLES]
        self._pleth_at = self._now()

    def _set(
        self,
        index: int,
        *,
        state: InstrumentState,
        model: str | None = None,
        serial: str | None = None,
    ) -> None:
        view = self._views[index]
        self._views[index] = replace(
            view, state=state, model=model or view.model, serial=serial or view.serial
        )


def _first_view(plug: Plug) -> InstrumentView:
    driver = registry.load(plug.driver)
    return InstrumentView(
        plug.driver, driver.KIND, driver.MODEL, None, plug.port, InstrumentState.CONNECTING
    )
