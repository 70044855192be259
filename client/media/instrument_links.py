"""Opens what an instrument is reached by: a serial port, or a device of the operating system."""

from collections.abc import Callable

from client.media.picture_link import PictureLink
from client.media.sound_link import SoundLink
from devices.driver import Line, PictureStream, SoundStream
from devices.link import Link, Listener, serial_link


def open_link(
    port: str, line: Line, listener: Listener, wait: Callable[[float], bool] | None = None
) -> Link:
    """The link this line needs; a `client.errors.ChevetError` or `BadPortError` for a wrong name.

    A `devices.link.LinkMaker`.
    """
    if isinstance(line, SoundStream):
        return SoundLink(port, line, listener, wait)
    if isinstance(line, PictureStream):
        return PictureLink(port, listener, wait)
    return serial_link(port, line, listener, wait)
