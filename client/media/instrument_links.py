"""Opens what an instrument is reached by: a serial port, or a device of the operating system."""

from collections.abc import Callable
from functools import partial
from typing import Protocol, runtime_checkable

from client.media.picture_link import PictureLink
from client.media.sound_link import SoundLink
from devices.driver import Line, PictureStream, Request, SoundStream
from devices.link import Link, Listener, serial_link


@runtime_checkable
class Asks(Protocol):
    """A listener that can be asked for something: the button on a camera is a request for a still.

    `devices.session.InstrumentSession` is one.
    """

    def request(self, request: Request) -> bool:
        """From any thread."""


def open_link(
    port: str, line: Line, listener: Listener, wait: Callable[[float], bool] | None = None
) -> Link:
    """The link this line needs; a `client.errors.ChevetError` or `BadPortError` for a wrong name.

    A `devices.link.LinkMaker`.
    """
    if isinstance(line, SoundStream):
        return SoundLink(port, line, listener, wait)
    if isinstance(line, PictureStream):
        press = partial(listener.request, Request.STILL) if isinstance(listener, Asks) else None
        return PictureLink(port, listener, wait, press)
    return serial_link(port, line, listener, wait)
