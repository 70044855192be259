"""Which cameras, microphones and speakers this machine has, as people may choose them. Blocking."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import av

_FORMATS: Final = {"win32": ("dshow", "dshow"), "darwin": ("avfoundation", "avfoundation")}
"""libavdevice's, for pictures and for sound."""
_ELSEWHERE: Final = ("v4l2", "alsa")
MOST: Final = 7
"""Of each kind; chosen: what a list with one key each can hold."""


@dataclass(frozen=True, slots=True)
class FoundDevice:
    """One of them."""

    address: str
    """As `client.media.sources.parse_source` reads it."""
    name: str


@dataclass(frozen=True, slots=True)
class FoundDevices:
    """All of them."""

    cameras: tuple[FoundDevice, ...] = ()
    microphones: tuple[FoundDevice, ...] = ()
    speakers: tuple[FoundDevice, ...] = ()


Enumerate = Callable[[str], list["av.DeviceInfo"]]


def found_devices(
    inputs: Enumerate = av.enumerate_input_devices,
    outputs: Enumerate = av.enumerate_output_devices,
    platform: str = sys.platform,
) -> FoundDevices:
    """What the system tells; nothing of a kind it cannot tell."""
    pictures, sound = _FORMATS.get(platform, _ELSEWHERE)
    return FoundDevices(
        _listed(inputs, pictures, "video"),
        _listed(inputs, sound, "audio"),
        _listed(outputs, "alsa", "audio") if sound == "alsa" else (),
    )


def _listed(enumerate_: Enumerate, form: str, media: str) -> tuple[FoundDevice, ...]:
    try:
        found = enumerate_(form)
    except (ValueError, OSError):  # PyAV's own errors are both or one of them
        return ()
    fitting = [one for one in found if not one.media_types or media in one.media_types]
    fitting.sort(key=lambda one: not one.is_default)
    return tuple(FoundDevice(f"{form}:{_named(form, one)}", _label(one)) for one in fitting[:MOST])


def _named(form: str, one: "av.DeviceInfo") -> str:
    """DirectShow is asked by the name people see; the others by the one the system uses."""
    return one.description if form == "dshow" and one.description else one.name


def _label(one: "av.DeviceInfo") -> str:
    return one.description or one.name
