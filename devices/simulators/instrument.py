"""The contract of a simulated instrument, and the words that make trouble."""

from dataclasses import dataclass
from importlib import import_module
from importlib.resources import files
from typing import ClassVar, Final, Protocol

from devices.errors import UnknownDeviceError


class Simulator(Protocol):
    """The other end of one protocol. One instance per power-on of the instrument."""

    WORDS: ClassVar[frozenset[str]]
    """What it can be told to do, beyond the faults of its line."""

    @property
    def baud(self) -> int:
        """Its speed at this moment."""

    def receive(self, data: bytes, at_s: float) -> bytes:
        """Take what the host sent; return what it answers at once."""

    def tick(self, at_s: float) -> bytes:
        """What it says of itself by now; called often."""

    def tell(self, word: str, *, is_on: bool, at_s: float) -> None:
        """Do, or stop doing, one of `WORDS`."""


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of a recorded conversation."""

    at_s: float
    data: bytes
    is_from_host: bool = False


@dataclass(frozen=True, slots=True)
class Material:
    """What a simulator plays, where it can play something given."""

    capture: bytes | None = None
    """A recorded stream to repeat."""
    picture: bytes | None = None
    """An image file to show, in any format Pillow reads."""


NOTHING_GIVEN: Final = Material()


def names() -> tuple[str, ...]:
    """Every instrument that can be simulated, sorted; imports none of them."""
    drivers = {entry.name for entry in files("devices").joinpath("drivers").iterdir()}
    own = {entry.name for entry in files("devices").joinpath("simulators").iterdir()}
    shared = {name for name in drivers & own if name.endswith(".py") and not name.startswith("_")}
    return tuple(sorted(name.removesuffix(".py") for name in shared))


def create(name: str, material: Material = NOTHING_GIVEN) -> Simulator:
    """A simulator of the instrument with this driver's name; `UnknownDeviceError` if none has."""
    if name not in names():
        raise UnknownDeviceError(name, known=names())
    simulator: Simulator = import_module(f"devices.simulators.{name}").Simulator(material)
    return simulator
