"""The contract between a driver and whoever feeds it bytes.

A driver is sans-IO: it takes any slice of the stream and returns what that slice completed. Time is
an argument. It is found by its file name, and its class is always called ``Driver``.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal, Protocol, runtime_checkable

from devices.readings import Event, Kind, Vital


@dataclass(frozen=True, slots=True)
class SerialSettings:
    """How the port is opened. XON/XOFF is never used: 0x11 and 0x13 occur as data."""

    baud: int
    parity: Literal["N", "O", "E"] = "N"
    data_bits: Literal[7, 8] = 8


@dataclass(frozen=True, slots=True)
class PictureStream:
    """A camera of the operating system: the stream is one JPEG after another."""


@dataclass(frozen=True, slots=True)
class SoundStream:
    """A microphone of the operating system: the stream is signed 16-bit samples, little endian."""

    rate_hz: int = 48_000
    channels: int = 1


Line = SerialSettings | PictureStream | SoundStream
"""How an instrument is reached."""


class Request(StrEnum):
    """What a person can ask of an instrument."""

    MEASURE = "measure"
    """Take or fetch a value now."""
    STILL = "still"
    """Take a full-quality picture."""
    CLIP = "clip"
    """Take a few seconds of moving picture."""
    PREVIEW_ON = "preview_on"
    PREVIEW_OFF = "preview_off"
    STOP = "stop"
    """Stop the measurement under way: let the air out of the cuff."""
    FETCH_STORED = "fetch_stored"
    """Tell what the instrument's memory holds; never asked without a person's wish."""


@runtime_checkable
class Driver(Protocol):
    """Decodes one instrument and speaks for the host. One instance per opened port."""

    MODEL: ClassVar[str]
    """Maker and model, as printed in the table of supported instruments."""
    KIND: ClassVar[Kind]
    LINE: ClassVar[Line]
    """What its port is, and how it is opened."""
    VITALS: ClassVar[tuple[Vital, ...]]
    """The vital signs it can give."""
    REQUESTS: ClassVar[frozenset[Request]]
    """What it can be asked for."""

    def start(self, now: datetime) -> list[Event]:
        """The port has just been opened: what to send first."""

    def receive(self, data: bytes, now: datetime) -> list[Event]:
        """Take any slice of the stream; return what it completed."""

    def tick(self, now: datetime) -> list[Event]:
        """Called several times a second: keep-alives, replies that did not come."""

    def ask(self, request: Request, now: datetime) -> list[Event]:
        """Begin what the person asked; only for requests in `REQUESTS`."""


@runtime_checkable
class Streaming(Protocol):
    """A driver whose instrument talks at a steady pace, so a recording tells its own time."""

    BYTES_PER_S: ClassVar[int]


@runtime_checkable
class Identifiable(Protocol):
    """A driver that can ask an unknown port who is there."""

    def identify(self) -> bytes:
        """Only commands that change nothing, on whatever instrument listens."""


@runtime_checkable
class Fleeting(Protocol):
    """A driver whose instrument tells each measurement once, unasked, and then forgets it."""

    SAYS_ONCE: ClassVar[bool]
    """What a probe hears of it is handed on to the session."""


@runtime_checkable
class ModelAware(Protocol):
    """A driver for several models, which must know the model before it trusts a value."""

    MODELS: ClassVar[tuple[str, ...]]
    """Names a person can give, as printed on the instruments."""

    def assume(self, model: str) -> None:
        """Take this model for granted: a recording that does not hold the model's own answer."""
