"""What can go wrong with an instrument. Each error takes facts and builds its sentence."""

import traceback
from collections.abc import Sequence
from pathlib import Path


class DeviceError(Exception):
    """An instrument, its cable or its name gave trouble."""


class UnknownDeviceError(DeviceError):
    """No driver answers to the name asked for."""

    def __init__(self, name: str, *, known: Sequence[str]) -> None:
        super().__init__(f"no driver named {name!r} (known: {', '.join(known)})")
        self.name = name
        self.known = ", ".join(known)


class BadPortError(DeviceError):
    """The port's name is not one that can be opened, now or later."""

    def __init__(self, port: str) -> None:
        super().__init__(f"no way to open a port named {port!r}")
        self.port = port


class NotSerialError(DeviceError):
    """The instrument is a camera or a microphone; no serial port leads to it."""

    def __init__(self, port: str) -> None:
        super().__init__(f"the instrument at {port!r} has no serial line")
        self.port = port


class NoPseudoTerminalError(DeviceError):
    """This system has no pseudo-terminals to simulate an instrument on."""

    def __init__(self) -> None:
        super().__init__("simulated instruments need a Unix system")


class UnknownModelError(DeviceError):
    """A recording does not tell which instrument spoke, or it is one we do not know."""

    def __init__(self, driver: str, model: str | None, *, known: Sequence[str]) -> None:
        what = "does not say which model spoke" if model is None else f"comes from {model!r}"
        super().__init__(f"the recording {what}; {driver} knows {', '.join(known)}")
        self.driver = driver
        self.model = model or "?"
        self.known = ", ".join(known)


class BadHexError(DeviceError):
    """A recording written as hexadecimal text holds something else."""

    def __init__(self, line_number: int) -> None:
        super().__init__(f"line {line_number} is not hexadecimal")
        self.line_number = line_number


class NothingUnderstoodError(DeviceError):
    """A whole recording without one message of this instrument."""

    def __init__(self, driver: str, byte_count: int) -> None:
        super().__init__(f"none of the {byte_count} bytes is understood by {driver}")
        self.driver = driver
        self.byte_count = byte_count


class UnknownTroubleError(DeviceError):
    """A simulated instrument was told a word it does not know."""

    def __init__(self, text: str, *, known: Sequence[str]) -> None:
        super().__init__(f"no trouble is written {text!r} (known: {', '.join(known)})")
        self.text = text
        self.known = ", ".join(known)


def outline(error: BaseException) -> str:
    """Which error, and where, innermost first, for a log: never its words.

    Those quote what could not be read, as ``int("9?")`` does: at an instrument, a patient's value.
    """
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(map(outline, error.exceptions))
    frames = reversed(traceback.extract_tb(error.__traceback__))
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    return f"{type(error).__name__} at {places}"
