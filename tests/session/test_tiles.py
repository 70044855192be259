"""The same instrument has the same tile wherever it is plugged in, and no other has it."""

from client.session.snapshot import InstrumentState
from client.session.tiles import Tile, Tiles
from devices.evidence import Introduction
from devices.ports import PortInfo

LEFT = PortInfo("COM3", usb_id="10C4:EA60", cable_serial="0001", location="1-1")
RIGHT = PortInfo("COM4", usb_id="10C4:EA60", cable_serial="0001", location="1-2")
OWN = PortInfo("COM5", usb_id="0403:6001", cable_serial="FT7", location="1-3")
OWN_MOVED = PortInfo("COM9", usb_id="0403:6001", cable_serial="FT7", location="1-4")
BARE = PortInfo("COM6", usb_id="067B:2303", location="1-1")
BARE_MOVED = PortInfo("COM7", usb_id="067B:2303", location="1-2")


def oximeter(serial: str | None = None) -> Introduction:
    return Introduction("contec_v7", "CMS50E", serial)


def pull(tile: Tile) -> None:
    tile.show(state=InstrumentState.UNPLUGGED)


def plug(tiles: Tiles, who: Introduction, port: PortInfo, *others: PortInfo) -> Tile:
    tile = tiles.placed(who, port, (port, *others))
    tile.show(state=InstrumentState.READY)
    return tile


def test_a_serial_number_is_known_again_at_another_port_and_cable() -> None:
    tiles = Tiles()
    first = plug(tiles, oximeter("5012"), LEFT)
    pull(first)
    assert plug(tiles, oximeter("5012"), OWN) is first
    assert first.view.port == "COM5"
    assert len(tiles.views) == 1


def test_another_serial_number_in_the_same_socket_is_another_instrument() -> None:
    tiles = Tiles()
    first = plug(tiles, oximeter("5012"), LEFT)
    pull(first)
    second = plug(tiles, oximeter("5013"), LEFT)
    assert second is not first
    assert [view.serial for view in tiles.views] == ["5012", "5013"]
    assert first.view.state is InstrumentState.UNPLUGGED


def test_two_identical_instruments_on_identical_cables_are_two() -> None:
    tiles = Tiles()
    left, right = plug(tiles, oximeter(), LEFT), plug(tiles, oximeter(), RIGHT, LEFT)
    assert left is not right
    assert left.view.id != right.view.id
    pull(left)
    pull(right)
    assert plug(tiles, oximeter(), RIGHT) is right


def test_a_cable_with_a_number_of_its_own_carries_its_instrument_along() -> None:
    tiles = Tiles()
    first = plug(tiles, oximeter(), OWN)
    pull(first)
    assert plug(tiles, oximeter(), OWN_MOVED) is first


def test_a_cable_number_that_two_cables_bear_carries_nothing() -> None:
    tiles = Tiles()
    left = plug(tiles, oximeter(), LEFT, RIGHT)
    pull(left)
    assert plug(tiles, oximeter(), RIGHT, LEFT) is not left


def test_without_any_number_the_same_socket_has_the_same_tile_and_another_has_not() -> None:
    tiles = Tiles()
    first = plug(tiles, oximeter(), BARE)
    pull(first)
    assert plug(tiles, oximeter(), BARE) is first
    pull(first)
    assert plug(tiles, oximeter(), BARE_MOVED) is not first


def test_one_that_is_still_plugged_is_never_another() -> None:
    tiles = Tiles()
    first = plug(tiles, oximeter("5012"), LEFT)
    assert plug(tiles, oximeter("5012"), RIGHT, LEFT) is not first


def test_a_number_said_only_later_brings_the_old_tile_back() -> None:
    tiles = Tiles()
    first = plug(tiles, oximeter("5012"), LEFT)
    pull(first)
    provisional = plug(tiles, oximeter(), BARE)
    assert tiles.settled(provisional, "5012") is first
    assert first.view.port == "COM6"
    assert tiles.views == (first.view,)


def test_a_number_said_only_later_that_is_another_gets_a_tile_of_its_own() -> None:
    tiles = Tiles()
    first = plug(tiles, oximeter("5012"), LEFT)
    pull(first)
    taken_up = plug(tiles, oximeter(), LEFT)
    assert taken_up is first
    other = tiles.settled(taken_up, "5013")
    assert other is not first
    assert first.view.state is InstrumentState.UNPLUGGED
    assert other.view.port == "COM3"
