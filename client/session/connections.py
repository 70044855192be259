"""The instruments that are connected now, each with a session on a thread of its own."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from client.media.instrument_links import open_link
from client.session.snapshot import InstrumentState
from client.session.tiles import Tile
from devices.evidence import Heard
from devices.ports import PortInfo
from devices.readings import Kind
from devices.session import InstrumentEvent, InstrumentSession

_READY: Final = (InstrumentState.READY, InstrumentState.MEASURING, InstrumentState.LISTENING)


@dataclass(slots=True, eq=False)
class Connection:
    """One port with one instrument, from recognising it to its end."""

    tile: Tile
    is_watched: bool
    """Nobody named it: when its cable is pulled it is over."""
    session: InstrumentSession | None = None
    """`None` for one that is left alone."""
    records_before: int = 0
    is_over: bool = False


class Connections:
    """All of them; what their instruments say is told on the event loop."""

    def __init__(
        self,
        now: Callable[[], datetime],
        on_event: Callable[[Connection, InstrumentEvent], None],
    ) -> None:
        self._now = now
        self._on_event = on_event
        self._loop: asyncio.AbstractEventLoop | None = None
        self._connections: list[Connection] = []
        self._closing: set[asyncio.Task[None]] = set()

    def __iter__(self) -> Iterator[Connection]:
        """As they are now, whatever ends meanwhile."""
        return iter(tuple(self._connections))

    @property
    def ports(self) -> set[PortInfo]:
        """Those of instruments that nobody named."""
        return {each.tile.port for each in self._connections if each.tile.port is not None}

    def start(self) -> None:
        """Open every port; call on the event loop."""
        self._loop = asyncio.get_running_loop()
        for connection in self:
            self.open(connection)

    async def close(self) -> None:
        """Close every port; returns when their threads have ended."""
        for connection in self:
            self.end(connection)
        await asyncio.gather(*self._closing)

    def add(self, tile: Tile, *, is_watched: bool) -> Connection:
        """A port with an instrument, still closed."""
        connection = Connection(tile, is_watched)
        self._connections.append(connection)
        return connection

    def ready(self, kind: Kind) -> Connection | None:
        """The first that is ready; a monitor has a cuff, where there is no other."""
        for wanted in (kind, Kind.MONITOR) if kind is Kind.BLOOD_PRESSURE else (kind,):
            for connection in self._connections:
                view = connection.tile.view
                if view.kind is wanted and view.state in _READY:
                    return connection
        return None

    def open(self, connection: Connection, heard: Sequence[Heard] = ()) -> None:
        """Speak with it from now on; `heard` is what it said while it was found."""
        view = connection.tile.view
        connection.records_before = connection.tile.records

        def tell(event: InstrumentEvent) -> None:
            self.on_loop(lambda: self._on_event(connection, event))

        connection.session = InstrumentSession(
            *(view.driver, view.port, tell, self._now), open_link=open_link, heard=heard
        )
        connection.session.start()

    def end(self, connection: Connection) -> None:
        """It is over; its thread ends by itself."""
        connection.is_over = True
        self._connections.remove(connection)
        if connection.session is not None:
            closing = asyncio.create_task(asyncio.to_thread(connection.session.close))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

    def on_loop(self, act: Callable[[], None]) -> None:
        """From any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(act)
