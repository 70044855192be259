"""What the patient's window shows, and how it crosses the pipe to the window's process."""

import struct
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from struct import Struct
from typing import Final

import msgspec

CHAT_LIMIT: Final = 280
"""Characters; chosen: what four lines of large letters hold, and a bound on what a peer writes."""
PICTURE_WIDTH_LIMIT: Final = 1280
PICTURE_HEIGHT_LIMIT: Final = 960
_HEADER: Final = Struct("<BI")
"""Kind and how many bytes follow."""
_SIZE: Final = Struct("<HH")
"""Width and height of a picture, before its pixels."""
MESSAGE_LIMIT: Final = _SIZE.size + PICTURE_WIDTH_LIMIT * PICTURE_HEIGHT_LIMIT * 3


class NotASceneError(ValueError):
    """What came through the pipe is not from a session; nobody but a developer ever sees it."""


class WindowState(StrEnum):
    """What the session knows of the patient's window."""

    UNAVAILABLE = "unavailable"
    """This machine has no graphical screen."""
    CLOSED = "closed"
    OPENING = "opening"
    OPEN = "open"
    DISMISSED = "dismissed"
    """Somebody at the window closed it; nobody did here."""
    FAILED = "failed"
    """It crashed, or stopped drawing, and did not come back; it can be opened again."""


class Said(StrEnum):
    """What the window's process says, one word a line."""

    OPEN = "open"
    NO_DISPLAY = "no_display"
    """It was to open on a display of the patient's, and there is none."""
    DRAWN = "drawn"
    """Once a second: what it shows is what it was told."""
    DISMISSED = "dismissed"


class Line(StrEnum):
    """How the line to the doctor is."""

    NONE = "none"
    """There is no consultation yet."""
    UP = "up"
    CUT = "cut"
    OVER = "over"
    """The consultation has ended."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything but the pictures; the newest replaces the rest."""

    line: Line = Line.NONE
    asked: str = ""
    """What the GP asks for, see `client.core.wire.Asked`; empty: nothing."""
    asked_text: str = field(default="", repr=False)
    """The GP's own words with it."""
    chat: str = field(default="", repr=False)
    """The last line written by either side."""
    is_chat_ours: bool = False
    is_muted: bool = False
    is_camera_off: bool = False
    is_paused: bool = False
    is_training: bool = False

    @property
    def is_dark(self) -> bool:
        """No picture of this room leaves."""
        return self.is_camera_off or self.is_paused


@dataclass(frozen=True, slots=True, eq=False)
class Pixels:
    """One picture, ready to be drawn; equal to itself alone."""

    width: int
    height: int
    rgb: bytes = field(repr=False)
    """Row by row, three bytes a pixel."""


class Kind(IntEnum):
    """What a message on the pipe is."""

    SCENE = 1
    DOCTOR = 2
    """A picture of the GP."""
    OWN = 3
    """A picture of what the camera here sees; an empty one takes it away."""


Message = tuple[Kind, Scene | Pixels]


def scene_message(scene: Scene) -> bytes:
    """A scene on the pipe."""
    body = msgspec.json.encode(scene)
    return _HEADER.pack(Kind.SCENE, len(body)) + body


def picture_message(kind: Kind, pixels: Pixels) -> bytes:
    """A picture on the pipe."""
    body = _SIZE.pack(pixels.width, pixels.height) + pixels.rgb
    return _HEADER.pack(kind, len(body)) + body


class PipeReader:
    """Takes any slice of the pipe; returns what it completed."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def receive(self, data: bytes) -> list[Message]:
        """`NotASceneError` for what no session says."""
        self._buffer += data
        messages: list[Message] = []
        while len(self._buffer) >= _HEADER.size:
            kind, length = _HEADER.unpack_from(self._buffer)
            if length > MESSAGE_LIMIT:
                raise NotASceneError
            if len(self._buffer) < _HEADER.size + length:
                break
            body = bytes(self._buffer[_HEADER.size : _HEADER.size + length])
            del self._buffer[: _HEADER.size + length]
            messages.append(_message(kind, body))
        return messages


def _message(number: int, body: bytes) -> Message:
    try:
        kind = Kind(number)
        if kind is Kind.SCENE:
            return kind, msgspec.json.decode(body, type=Scene)
        width, height = _SIZE.unpack_from(body)
    except (ValueError, msgspec.MsgspecError, struct.error) as error:
        raise NotASceneError from error
    if len(body) != _SIZE.size + width * height * 3:
        raise NotASceneError
    return kind, Pixels(width, height, body[_SIZE.size :])
