"""USB cameras of the operating system (UVC): otoscopes, dermatoscopes, examination cameras.

Source: USB Video Class 1.5, Motion-JPEG payload; ITU-T T.81.
Reads: live preview, full-resolution stills and short clips, each picture as the camera made it.
Leaves out: pan, zoom, focus and light of the camera; its still-image pipe (UVC method 2 and 3).

The camera sends whether or not anybody looks. A still is the most detailed picture of the last
half second, not the one after the key press, which shakes the hand: at a steady setting of the
encoder a sharper picture takes more bytes, so the largest one is taken, without decoding any.

Pictures that the host had to encode, since the camera gives raw ones, say so in a comment
(`RAW_COMMENT`), and the instrument is identified so. Without `start` the driver only listens: every
picture is told as a preview.
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

from devices.driver import PictureStream, Request
from devices.protocols import mjpeg
from devices.readings import (
    Alive,
    Clip,
    Event,
    Failed,
    Identified,
    Kind,
    Preview,
    Resynced,
    Still,
    Vital,
)

RAW_COMMENT: Final = b"chevet: encoded by the host"
"""Text of a JPEG comment in every picture that the camera did not encode itself."""

PREVIEW_EVERY: Final = timedelta(milliseconds=95)
"""chosen: ten a second are enough to aim, of 30 that come."""
LOOK_BACK: Final = timedelta(milliseconds=500)
"""chosen: how long before the key press a still may have been taken."""
KEPT_BYTES: Final = 16 << 20
"""Pictures of `LOOK_BACK`; chosen: 15 of full HD at their best."""
GIVE_UP_AFTER: Final = timedelta(milliseconds=500)
"""A picture that stops for so long will not go on; chosen: seven times the slowest camera's."""
STILL_WITHIN: Final = timedelta(seconds=3)
"""chosen: a camera that gives no picture for so long has failed."""
CLIP_FOR: Final = timedelta(seconds=4)
"""chosen: of the 3 to 5 s that show an eardrum move."""
CLIP_EVERY: Final = timedelta(milliseconds=62)
"""chosen: 15 pictures a second, where the camera gives 30."""
CLIP_BYTES: Final = 32 << 20
"""The pictures of one clip; what is more ends it early."""


@dataclass(slots=True)
class _Roll:
    """Pictures of a clip being taken."""

    asked_at: datetime
    jpegs: list[bytes]
    started_at: datetime | None = None
    ended_at: datetime | None = None
    size: int = 0

    def add(self, jpeg: bytes, now: datetime) -> None:
        if self.ended_at is not None and now - self.ended_at < CLIP_EVERY:
            return
        self.started_at = self.started_at or now
        self.ended_at = now
        self.jpegs.append(jpeg)
        self.size += len(jpeg)

    def is_full(self, now: datetime) -> bool:
        return now - self.asked_at >= CLIP_FOR or self.size >= CLIP_BYTES

    def clip(self) -> Clip | None:
        """`None` when it holds no movement."""
        if self.started_at is None or self.ended_at is None or len(self.jpegs) < 2:  # noqa: PLR2004 -- from one to the next
            return None
        lasted_s = (self.ended_at - self.started_at).total_seconds()
        return Clip(tuple(self.jpegs), (len(self.jpegs) - 1) / lasted_s, self.started_at)


class Driver:
    """Passes pictures on as they are wanted."""

    MODEL: ClassVar[str] = "USB camera (UVC)"
    KIND: ClassVar[Kind] = Kind.CAMERA
    LINE: ClassVar[PictureStream] = PictureStream()
    VITALS: ClassVar[tuple[Vital, ...]] = ()
    REQUESTS: ClassVar[frozenset[Request]] = frozenset(
        {Request.STILL, Request.CLIP, Request.PREVIEW_ON, Request.PREVIEW_OFF}
    )

    def __init__(self) -> None:
        self._frames = mjpeg.Frames()
        self._heard_at: datetime | None = None
        self._recent: deque[tuple[datetime, bytes]] = deque()
        self._model = ""
        self._is_preview_wanted = True
        self._previewed_at: datetime | None = None
        self._pace = timedelta(0)
        self._still_asked_at: datetime | None = None
        self._roll: _Roll | None = None

    def start(self, now: datetime) -> list[Event]:
        """Nothing to say; pictures are wanted when somebody asks for them."""
        del now
        self._is_preview_wanted = False
        self._pace = PREVIEW_EVERY
        return []

    def identify(self) -> bytes:
        """There is nothing a camera could be sent."""
        return b""

    def receive(self, data: bytes, now: datetime) -> list[Event]:
        """Take any slice of the stream; return what it completed."""
        self._heard_at = now
        events: list[Event] = []
        for jpeg in self._frames.take(data):
            events += self._seen(jpeg, now)
        return self._noise() + events

    def tick(self, now: datetime) -> list[Event]:
        """Give up what does not go on."""
        events: list[Event] = []
        is_quiet = self._heard_at is not None and now - self._heard_at >= GIVE_UP_AFTER
        while is_quiet and self._frames.is_under_way:
            self._frames.give_up()
            for jpeg in self._frames.take(b""):
                events += self._seen(jpeg, now)
        if self._still_asked_at is not None and now - self._still_asked_at >= STILL_WITHIN:
            self._still_asked_at = None
            events.append(Failed(Request.STILL.value))
        return self._noise() + events + self._finished_clip(now)

    def ask(self, request: Request, now: datetime) -> list[Event]:
        """`STILL` from what was just seen; `CLIP` from now on; `PREVIEW_ON` to `PREVIEW_OFF`."""
        match request:
            case Request.STILL:
                self._still_asked_at = now
                return self._freeze(now)
            case Request.CLIP:
                self._roll = self._roll or _Roll(now, [])
            case _:
                self._is_preview_wanted = request is Request.PREVIEW_ON
        return []

    def _seen(self, jpeg: bytes, now: datetime) -> list[Event]:
        self._recent.append((now, jpeg))
        self._drop_old(now)
        events: list[Event] = [Alive(), *self._introduced(jpeg)]
        if self._is_preview_wanted and self._is_due(now):
            self._previewed_at = now
            events.append(Preview(jpeg, now))
        if self._roll is not None:
            self._roll.add(jpeg, now)
        if self._still_asked_at is not None:
            events += self._freeze(now)
        return events + self._finished_clip(now)

    def _is_due(self, now: datetime) -> bool:
        return self._previewed_at is None or now - self._previewed_at >= self._pace

    def _introduced(self, jpeg: bytes) -> list[Event]:
        """Who it is, once, and again when it changes its size."""
        size = mjpeg.size_of(jpeg)
        origin = ", raw" if RAW_COMMENT in jpeg else ""
        model = f"{self.MODEL} {size[0]}x{size[1]}{origin}" if size else self.MODEL
        if model == self._model:
            return []
        self._model = model
        return [Identified(model)]

    def _freeze(self, now: datetime) -> list[Event]:
        self._drop_old(now)
        if not self._recent:
            return []
        self._still_asked_at = None
        taken_at, jpeg = max(self._recent, key=lambda seen: len(seen[1]))
        return [Still(jpeg, taken_at)]

    def _drop_old(self, now: datetime) -> None:
        held = sum(len(jpeg) for _, jpeg in self._recent)
        while self._recent and (now - self._recent[0][0] > LOOK_BACK or held > KEPT_BYTES):
            held -= len(self._recent.popleft()[1])

    def _finished_clip(self, now: datetime) -> list[Event]:
        if self._roll is None or not self._roll.is_full(now):
            return []
        clip, self._roll = self._roll.clip(), None
        return [Failed(Request.CLIP.value) if clip is None else clip]

    def _noise(self) -> list[Event]:
        skipped = self._frames.skipped()
        return [Resynced(skipped)] if skipped else []
