"""All instruments of the site: those a person named, and those somebody plugs in meanwhile.

Instruments report from threads of their own; everything here runs on the event loop.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from client.core.wire import Instruments
from client.errors import ChevetError
from client.media.instrument_links import open_link
from client.session.latest import Latest
from client.session.snapshot import (
    InstrumentState,
    InstrumentView,
    PortState,
    PortView,
    ResultView,
    VitalView,
)
from client.session.tiles import Tile, Tiles
from devices import registry
from devices.driver import Request
from devices.evidence import Heard
from devices.ports import PortInfo, PortLister
from devices.readings import (
    Event,
    Failed,
    Identified,
    Kind,
    LabResult,
    Origin,
    Preview,
    Reading,
    Refused,
    Still,
    Wave,
    WaveBlock,
)
from devices.session import InstrumentEvent, InstrumentSession, Plugged, Silent, Unplugged
from devices.watch import (
    Appeared,
    Look,
    PortWatch,
    Recognised,
    Unrecognised,
    Vanished,
    WatchEvent,
    looker,
)

_READY: Final = (InstrumentState.READY, InstrumentState.MEASURING, InstrumentState.LISTENING)


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


@dataclass(slots=True, eq=False)
class _Connection:
    """One port with one instrument, from recognising it to its end."""

    tile: Tile
    is_watched: bool
    """Nobody named it: when its cable is pulled it is over."""
    session: InstrumentSession | None = None
    """`None` for one that is left alone."""
    records_before: int = 0
    is_over: bool = False


class InstrumentDesk:
    """Holds every instrument of the session."""

    def __init__(
        self,
        plugs: tuple[Plug, ...],
        now: Callable[[], datetime],
        on_told: Callable[[Told], None],
        *,
        lister: PortLister | None = None,
        look: Look | None = None,
    ) -> None:
        """`on_told` hears, on the event loop, what the rest of the session must act upon.

        `lister` tells the ports to be watched for instruments nobody named; `None`: none are.
        `look` finds who is at one, with every driver unless given.
        """
        self._now = now
        self._on_told = on_told
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tiles = Tiles()
        self._latest = Latest(now)
        self._connections = [
            _Connection(self._tiles.add(plug.driver, plug.port), is_watched=False) for plug in plugs
        ]
        self._ports: dict[PortInfo, PortView] = {}
        self._watch: PortWatch | None = None
        if lister is not None:
            named = {plug.port for plug in plugs}
            self._watch = PortWatch(
                *(lister, self._from_watch, look or looker(now)),
                is_elsewhere=lambda port: port.name in named or port.node in named,
            )
        self._closing: set[asyncio.Task[None]] = set()
        self._is_aiming = False

    def start(self) -> None:
        """Open every port; call on the event loop."""
        self._loop = asyncio.get_running_loop()
        for connection in self._connections:
            self._open(connection)
        if self._watch is not None:
            self._watch.start()

    async def close(self) -> None:
        """Close every port; returns when their threads have ended."""
        if self._watch is not None:
            await asyncio.to_thread(self._watch.close)
        for connection in list(self._connections):
            self._end(connection)
        await asyncio.gather(*self._closing)

    @property
    def views(self) -> tuple[InstrumentView, ...]:
        """Every instrument and its state."""
        return self._tiles.views

    @property
    def ports(self) -> tuple[PortView, ...]:
        """What is plugged in and not known as an instrument."""
        return tuple(self._ports.values())

    @property
    def vitals(self) -> tuple[VitalView, ...]:
        """See `Latest.vitals`."""
        return self._latest.vitals

    @property
    def apart(self) -> tuple[VitalView, ...]:
        """See `Latest.apart`."""
        return self._latest.apart

    @property
    def results(self) -> tuple[ResultView, ...]:
        """See `Latest.results`."""
        return self._latest.results

    @property
    def pleth(self) -> bytes:
        """See `Latest.pleth`."""
        return self._latest.pleth

    @property
    def message(self) -> Instruments:
        """The state of all instruments, for the GP."""
        return Instruments([_item(view) for view in self.views])

    def knows(self, kind: Kind) -> bool:
        """Whether there is or was an instrument of this kind, plugged in or not."""
        return any(view.kind is kind for view in self.views)

    def has_ready(self, kind: Kind) -> bool:
        """Whether an instrument of this kind could be asked now."""
        return self._ready(kind) is not None

    def ask(self, kind: Kind, request: Request) -> None:
        """Ask the first ready instrument of a kind; `NoInstrumentError` when there is none.

        One that measures by itself needs no asking for a value.
        """
        connection = self._ready(kind)
        if connection is None or connection.session is None:
            raise NoInstrumentError(kind)
        tile = connection.tile
        if request is Request.MEASURE:
            if request not in registry.load(tile.view.driver).REQUESTS:
                return
            tile.show(state=InstrumentState.MEASURING)
        if request in (Request.PREVIEW_ON, Request.PREVIEW_OFF):
            self._is_aiming = request is Request.PREVIEW_ON
            tile.show(state=InstrumentState.READY)
        if request is Request.STOP:
            tile.show(state=InstrumentState.READY)
        connection.session.request(request)

    def show_listening(self, *, on: bool) -> None:
        """Whether the GP hears the stethoscope live."""
        connection = self._ready(Kind.STETHOSCOPE)
        if connection is None:
            return
        tile = connection.tile
        if on is not (tile.view.state is InstrumentState.LISTENING):
            tile.show(state=InstrumentState.LISTENING if on else InstrumentState.READY)

    def _ready(self, kind: Kind) -> _Connection | None:
        """The first that is ready; a monitor has a cuff, where there is no other."""
        for wanted in (kind, Kind.MONITOR) if kind is Kind.BLOOD_PRESSURE else (kind,):
            for connection in self._connections:
                view = connection.tile.view
                if view.kind is wanted and view.state in _READY:
                    return connection
        return None

    def _open(self, connection: _Connection, heard: Sequence[Heard] = ()) -> None:
        view = connection.tile.view
        connection.records_before = connection.tile.records
        connection.session = InstrumentSession(
            *(view.driver, view.port, self._hand_over(connection), self._now),
            open_link=open_link,
            heard=heard,
        )
        connection.session.start()

    def _end(self, connection: _Connection) -> None:
        connection.is_over = True
        self._connections.remove(connection)
        if connection.session is not None:
            closing = asyncio.create_task(asyncio.to_thread(connection.session.close))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

    def _on_loop(self, act: Callable[[], None]) -> None:
        """From any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(act)

    # Ports that come and go.

    def _from_watch(self, event: WatchEvent) -> None:
        self._on_loop(lambda: self._watched(event))

    def _watched(self, event: WatchEvent) -> None:
        match event:
            case Appeared(port):
                self._ports[port] = PortView(port.name, PortState.LOOKING)
            case Unrecognised(port, drivers):
                state = PortState.UNDECIDED if drivers else PortState.UNKNOWN
                self._ports[port] = PortView(port.name, state, drivers)
            case Recognised(port):
                self._recognised(event)
            case Vanished(port):
                self._ports.pop(port, None)
                for connection in list(self._connections):
                    if connection.is_watched and connection.tile.port == port:
                        self._pulled(connection, Unplugged(port.name))

    def _recognised(self, event: Recognised) -> None:
        port, who = event.port, event.introduction
        if self._ports.pop(port, None) is None:
            return  # pulled out since
        plugged = [port, *self._ports, *(c.tile.port for c in self._connections if c.tile.port)]
        tile = self._tiles.placed(who, port, set(plugged))
        connection = _Connection(tile, is_watched=True)
        self._connections.append(connection)
        if who.is_refused:
            self._hear(connection, Refused(who.model))
        else:
            tile.show(state=InstrumentState.CONNECTING)
            self._open(connection, who.heard)

    def _pulled(self, connection: _Connection, event: Unplugged) -> None:
        self._end(connection)
        connection.tile.show(state=InstrumentState.UNPLUGGED)
        self._latest.lost(connection.tile.view)
        self._on_told(Told(connection.tile.view, event))

    # What instruments say.

    def _hand_over(self, connection: _Connection) -> Callable[[InstrumentEvent], None]:
        return lambda event: self._on_loop(lambda: self._hear(connection, event))

    def _hear(self, connection: _Connection, event: InstrumentEvent) -> None:
        if connection.is_over:
            return
        if isinstance(event, Unplugged) and connection.is_watched:
            self._pulled(connection, event)
            if self._watch is not None and connection.tile.port is not None:
                self._watch.forget(connection.tile.port)
            return
        if isinstance(event, Identified):
            self._identified(connection, event)
        elif isinstance(event, Reading | LabResult):
            event = self._read(connection, event)
        elif isinstance(event, Plugged) and connection.is_watched:
            connection.tile.show(state=InstrumentState.READY)  # it was heard a moment ago
        else:
            self._noted(connection.tile, event)
        if not (isinstance(event, WaveBlock) and self._is_second_pleth(connection.tile, event)):
            self._on_told(Told(connection.tile.view, event))

    def _identified(self, connection: _Connection, event: Identified) -> None:
        tile = connection.tile = self._tiles.settled(connection.tile, event.serial)
        connection.records_before = tile.records
        tile.show(
            state=InstrumentState.READY,
            model=event.model or tile.view.model,
            serial=event.serial or tile.view.serial,
            firmware=event.firmware or tile.view.firmware,
            kind=event.kind or tile.view.kind,
        )

    def _noted(self, tile: Tile, event: InstrumentEvent) -> None:
        match event:
            case Plugged():
                tile.show(state=InstrumentState.CONNECTING)
            case Unplugged():
                tile.show(state=InstrumentState.UNPLUGGED)
                self._latest.lost(tile.view)
            case Silent():
                tile.show(state=InstrumentState.SILENT)
            case Refused(model):
                tile.show(state=InstrumentState.REFUSED, model=model)
            case Preview() if self._is_aiming:
                tile.show(state=InstrumentState.MEASURING)
            case Failed() | Still():
                tile.show(state=InstrumentState.READY)

    def _read(self, connection: _Connection, said: Reading | LabResult) -> Reading | LabResult:
        """Note a value; its record counts all measurements of this instrument, not of its plug."""
        tile = connection.tile
        if said.record is not None:
            said = replace(said, record=connection.records_before + said.record)
            tile.records = max(tile.records, said.record or 0)
        tile.has_spoken = True
        is_live = said.origin is Origin.LIVE
        tile.show(state=InstrumentState.MEASURING if is_live else InstrumentState.READY)
        if isinstance(said, Reading):
            self._latest.read(tile.view, said)
        else:
            self._latest.result(tile.view, said)
        return said

    def _is_second_pleth(self, tile: Tile, block: WaveBlock) -> bool:
        if block.wave is not Wave.PLETH:
            return False
        tile.show(state=InstrumentState.MEASURING)
        return not self._latest.draw(tile.view, block.samples)


def _item(view: InstrumentView) -> dict[str, str | None]:
    item = {
        "driver": view.driver,
        "kind": view.kind.value,
        "model": view.model,
        "serial": view.serial,
        "state": view.state.value,
    }
    return item if view.firmware is None else item | {"firmware": view.firmware}
