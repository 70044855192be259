"""All instruments of the site: those a person named, and those somebody plugs in meanwhile.

Instruments report from threads of their own; everything here runs on the event loop.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from client.core.wire import Instruments
from client.errors import ChevetError
from client.session.connections import Connection, Connections
from client.session.latest import Latest
from client.session.snapshot import (
    InstrumentState,
    InstrumentView,
    PortState,
    PortView,
)
from client.session.tiles import Tile, Tiles
from devices import registry
from devices.driver import Request
from devices.ports import PortInfo, PortLister
from devices.readings import (
    CuffPressure,
    Failed,
    Identified,
    Kind,
    LabResult,
    Origin,
    Preview,
    Progress,
    Reading,
    Refused,
    Still,
    Wave,
    WaveBlock,
)
from devices.session import InstrumentEvent, Plugged, Silent, Unplugged
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
    event: InstrumentEvent


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
        self._tiles = Tiles()
        self.latest: Final = Latest(now)
        """What they said last."""
        self._connections = Connections(now, self._hear)
        for plug in plugs:
            self._connections.add(self._tiles.add(plug.driver, plug.port), is_watched=False)
        self._ports: dict[PortInfo, PortView] = {}
        self._watch: PortWatch | None = None
        if lister is not None:
            named = {plug.port for plug in plugs}
            self._watch = PortWatch(
                *(lister, self._from_watch, look or looker(now)),
                is_elsewhere=lambda port: port.name in named or port.node in named,
            )
        self._is_aiming = False

    def start(self) -> None:
        """Open every port; call on the event loop."""
        self._connections.start()
        if self._watch is not None:
            self._watch.start()

    async def close(self) -> None:
        """Close every port; returns when their threads have ended."""
        if self._watch is not None:
            await asyncio.to_thread(self._watch.close)
        await self._connections.close()

    @property
    def views(self) -> tuple[InstrumentView, ...]:
        """Every instrument and its state."""
        return self._tiles.views

    @property
    def ports(self) -> tuple[PortView, ...]:
        """What is plugged in and not known as an instrument."""
        return tuple(self._ports.values())

    @property
    def message(self) -> Instruments:
        """The state of all instruments, for the GP."""
        return self._tiles.message

    def knows(self, kind: Kind) -> bool:
        """Whether there is or was an instrument of this kind, plugged in or not."""
        return any(view.kind is kind for view in self.views)

    def has_ready(self, kind: Kind) -> bool:
        """Whether an instrument of this kind could be asked now."""
        return self._connections.ready(kind) is not None

    def ask(self, kind: Kind, request: Request) -> None:
        """Ask the first ready instrument of a kind; `NoInstrumentError` when there is none.

        One that measures by itself needs no asking for a value.
        """
        connection = self._connections.ready(kind)
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
            tile.show(state=InstrumentState.READY, work=None)
        connection.session.request(request)

    def show_listening(self, *, on: bool) -> None:
        """Whether the GP hears the stethoscope live."""
        connection = self._connections.ready(Kind.STETHOSCOPE)
        if connection is None:
            return
        tile = connection.tile
        if on is not (tile.view.state is InstrumentState.LISTENING):
            tile.show(state=InstrumentState.LISTENING if on else InstrumentState.READY)

    # Ports that come and go.

    def _from_watch(self, event: WatchEvent) -> None:
        self._connections.on_loop(lambda: self._watched(event))

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
                for connection in self._connections:
                    if connection.is_watched and connection.tile.port == port:
                        self._pulled(connection, Unplugged(port.name))

    def _recognised(self, event: Recognised) -> None:
        port, who = event.port, event.introduction
        if self._ports.pop(port, None) is None:
            return  # pulled out since
        tile = self._tiles.placed(who, port, {port, *self._ports, *self._connections.ports})
        connection = self._connections.add(tile, is_watched=True)
        if who.is_refused:
            self._hear(connection, Refused(who.model))
        else:
            tile.show(state=InstrumentState.CONNECTING)
            self._connections.open(connection, who.heard)

    def _pulled(self, connection: Connection, event: Unplugged) -> None:
        self._connections.end(connection)
        connection.tile.show(state=InstrumentState.UNPLUGGED)
        self.latest.lost(connection.tile.view)
        self._on_told(Told(connection.tile.view, event))

    # What instruments say.

    def _hear(self, connection: Connection, event: InstrumentEvent) -> None:
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

    def _identified(self, connection: Connection, event: Identified) -> None:
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
                self.latest.lost(tile.view)
            case Silent():
                tile.show(state=InstrumentState.SILENT)
            case Refused(model):
                tile.show(state=InstrumentState.REFUSED, model=model)
            case Preview() if self._is_aiming:
                tile.show(state=InstrumentState.MEASURING)
            case CuffPressure() | Progress():
                tile.show(work=event, work_at=self._now())
            case Failed() | Still():
                tile.show(state=InstrumentState.READY, work=None)

    def _read(self, connection: Connection, said: Reading | LabResult) -> Reading | LabResult:
        """Note a value; its record counts all measurements of this instrument, not of its plug."""
        tile = connection.tile
        if said.record is not None:
            said = replace(said, record=connection.records_before + said.record)
            tile.records = max(tile.records, said.record or 0)
        tile.has_spoken = True
        is_live = said.origin is Origin.LIVE
        tile.show(state=InstrumentState.MEASURING if is_live else InstrumentState.READY)
        if said.origin is Origin.SPOT:
            tile.show(work=None)  # the measurement that was under way is done
        if isinstance(said, Reading):
            self.latest.read(tile.view, said)
        else:
            self.latest.result(tile.view, said)
        return said

    def _is_second_pleth(self, tile: Tile, block: WaveBlock) -> bool:
        if block.wave is not Wave.PLETH:
            return False
        tile.show(state=InstrumentState.MEASURING)
        return not self.latest.draw(tile.view, block.samples)
