"""The instruments of one consultation, each with its tile, wherever it is plugged in.

An instrument is the same one again when it says the same serial number; where it has none, when it
hangs on the same cable, unless makers gave that cable's number to several. Otherwise nobody claims
that it is the same; in the same socket it merely takes up the tile that was left there.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from client.core.wire import Instruments
from client.session.snapshot import InstrumentState, InstrumentView
from devices import registry
from devices.evidence import Introduction
from devices.ports import PortInfo


@dataclass(slots=True, eq=False)
class Tile:
    """One instrument, from its first plug to the end of the consultation."""

    view: InstrumentView
    port: PortInfo | None = None
    """Where it is or was last; `None` for a port a person named."""
    records: int = 0
    """Its measurements so far, over all its connections."""
    has_spoken: bool = False
    """Something was measured with it."""

    def show(self, **changes: Any) -> None:
        """Change what is seen of it."""
        self.view = replace(self.view, **changes)


class Tiles:
    """All of them, in the order they came."""

    def __init__(self) -> None:
        self._tiles: list[Tile] = []
        self._count = 0

    @property
    def views(self) -> tuple[InstrumentView, ...]:
        """Every instrument and its state."""
        return tuple(tile.view for tile in self._tiles)

    @property
    def message(self) -> Instruments:
        """The state of every instrument, for the GP."""
        return Instruments([_item(view) for view in self.views])

    def add(self, driver: str, port: str) -> Tile:
        """A tile for an instrument not seen before."""
        found = registry.load(driver)
        self._count += 1
        tile = Tile(
            InstrumentView(
                *(driver, found.KIND, found.MODEL, None, port),
                InstrumentState.CONNECTING,
                id=self._count,
            )
        )
        self._tiles.append(tile)
        return tile

    def placed(self, who: Introduction, port: PortInfo, plugged: Iterable[PortInfo]) -> Tile:
        """The tile of an instrument recognised at a port; `plugged`: all ports there are now."""
        free = [tile for tile in self._free(who.driver) if _agrees(tile.view.serial, who.serial)]
        tile = (
            _first(tile for tile in free if who.serial and tile.view.serial == who.serial)
            or self._on_cable(free, port, plugged)
            or _first(
                tile
                for tile in free
                if tile.view.model == who.model
                and tile.port is not None
                and (tile.port.name, tile.port.location) == (port.name, port.location)
            )
            or self.add(who.driver, port.name)
        )
        tile.port = port
        serial = who.serial or tile.view.serial
        kind = who.kind or tile.view.kind
        tile.show(port=port.name, model=who.model, serial=serial, kind=kind)
        return tile

    def settled(self, tile: Tile, serial: str | None) -> Tile:
        """The tile an instrument belongs to, once it said its serial number itself."""
        if serial is None or tile.view.serial == serial:
            return tile
        known = _first(t for t in self._free(tile.view.driver) if t.view.serial == serial)
        if tile.view.serial is None and (known is None or tile.has_spoken):
            return tile
        other = known or self.add(tile.view.driver, tile.view.port)
        other.port, tile_port = tile.port, tile.view.port
        other.show(port=tile_port, kind=tile.view.kind)
        if tile.view.serial is None:
            self._tiles.remove(tile)
        else:
            tile.show(state=InstrumentState.UNPLUGGED)
        return other

    def _free(self, driver: str) -> list[Tile]:
        return [
            tile
            for tile in self._tiles
            if tile.view.driver == driver and tile.view.state is InstrumentState.UNPLUGGED
        ]

    def _on_cable(
        self, free: list[Tile], port: PortInfo, plugged: Iterable[PortInfo]
    ) -> Tile | None:
        """The one that hung on this cable, when no other cable bears the same number."""
        cable = _cable(port)
        if cable is None or sum(_cable(other) == cable for other in plugged) > 1:
            return None
        known = [tile for tile in self._tiles if tile.port and _cable(tile.port) == cable]
        return known[0] if len(known) == 1 and known[0] in free else None


def _cable(port: PortInfo) -> tuple[str | None, str] | None:
    return (port.usb_id, port.cable_serial) if port.cable_serial else None


def _agrees(known: str | None, said: str | None) -> bool:
    return known is None or said is None or known == said


def _first(tiles: Iterable[Tile]) -> Tile | None:
    return next(iter(tiles), None)


def _item(view: InstrumentView) -> dict[str, str | None]:
    item = {
        "driver": view.driver,
        "kind": view.kind.value,
        "model": view.model,
        "serial": view.serial,
        "state": view.state.value,
    }
    return item if view.firmware is None else item | {"firmware": view.firmware}
