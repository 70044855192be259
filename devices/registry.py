"""Which instruments Chevet knows: one file in `devices.drivers` each, or an installed entry point.

The file's name is the name people type.
"""

from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from typing import Final, cast

from devices.driver import Driver
from devices.errors import UnknownDeviceError

ENTRY_POINTS: Final = "chevet.devices"
_DRIVERS: Final = "devices.drivers"


def names() -> tuple[str, ...]:
    """Every driver's name, sorted; imports none of them."""
    return tuple(sorted(_own_names() | _installed().keys()))


def load(name: str) -> type[Driver]:
    """Import exactly this driver; `UnknownDeviceError` when no driver has the name."""
    if name in _own_names():
        return cast("type[Driver]", import_module(f"{_DRIVERS}.{name}").Driver)
    try:
        entry_point = _installed()[name]
    except KeyError:
        raise UnknownDeviceError(name, known=names()) from None
    return cast("type[Driver]", entry_point.load())


def _own_names() -> set[str]:
    found = (entry.name for entry in files("devices").joinpath("drivers").iterdir())
    return {
        file.removesuffix(".py")
        for file in found
        if file.endswith(".py") and not file.startswith("_")
    }


def _installed() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=ENTRY_POINTS)}
