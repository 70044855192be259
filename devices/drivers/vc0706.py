"""VC0706 serial JPEG cameras, as built into otoscopes (also LS-Y201, PTC06).

Source: VC0706 protocol manual, and length replies quoted by three public projects. No public
    recording of a whole picture exists.
Reads: live preview (160x120) as fast as the port allows, full-resolution stills (640x480).
Leaves out: motion detection, on-screen display, zoom, compression settings.

The camera is found at its starting speed or at the fast one, reset, and brought to 115200 baud
where it follows. Replies to reads carry no address: after a lost byte the block is asked for again
with another length, so that a late answer to the first question cannot pass for the second. A size
that cannot be changed on the fly is written to memory and taken over by a reset.

Without `start` the driver only listens; a recorded length and picture are told as a still's.
"""

from datetime import datetime
from typing import ClassVar, Final

from devices.driver import Request, SerialSettings
from devices.protocols import vc0706, vc0706_conversation
from devices.protocols.vc0706 import Block, Command, Other, Picture, Reply
from devices.protocols.vc0706_conversation import Answer, Question, Run
from devices.readings import (
    Alive,
    Event,
    Identified,
    Kind,
    Resynced,
    Send,
    Still,
    StillProgress,
    Vital,
)

_BANNER_BYTES: Final = 64
"""How much plain text is kept to look for the end of the camera's start."""


class Driver:
    """Runs the conversation with the camera, or only listens."""

    MODEL: ClassVar[str] = "VC0706 serial camera"
    KIND: ClassVar[Kind] = Kind.OTOSCOPE
    LINE: ClassVar[SerialSettings] = SerialSettings(baud=vc0706_conversation.SLOW_BAUD)
    VITALS: ClassVar[tuple[Vital, ...]] = ()
    REQUESTS: ClassVar[frozenset[Request]] = frozenset(
        {Request.STILL, Request.PREVIEW_ON, Request.PREVIEW_OFF}
    )

    def __init__(self) -> None:
        self._replies = vc0706.Replies()
        self._events: list[Event] = []
        self._banner = bytearray()
        self._talk: Run | None = None
        self._question = vc0706_conversation.IDLE
        self._asked_at: datetime | None = None
        self._now: datetime | None = None
        self._picture: Picture | None = None
        """What is being overheard, when only listening."""
        self._conversation: vc0706_conversation.Conversation | None = None

    def start(self, now: datetime) -> list[Event]:
        """Find the camera and reset it."""
        self._now = now
        self._conversation = vc0706_conversation.Conversation(
            self._replies, self._events.append, self._last_now
        )
        self._talk = self._conversation.run()
        self._ask(next(self._talk))
        return self._told()

    def identify(self) -> bytes:
        """Ask for the version."""
        return vc0706.command(Command.VERSION)

    def receive(self, data: bytes, now: datetime) -> list[Event]:
        """Take any slice of the stream; return what it completed."""
        self._now = now
        for item in self._replies.take(data):
            if isinstance(item, Other):
                self._overhear(item)
                continue
            self._events.append(Alive())
            if self._talk is None:
                self._listen(item, now)
            else:
                self._match(item)
        return self._told()

    def tick(self, now: datetime) -> list[Event]:
        """Ask again for what did not come."""
        self._now = now
        if self._asked_at is not None and now - self._asked_at >= self._question.within:
            self._go_on(None)
        return self._told()

    def ask(self, request: Request, now: datetime) -> list[Event]:
        """`STILL` as soon as the camera is free; `PREVIEW_ON` until `PREVIEW_OFF`."""
        self._now = now
        if self._conversation is None:
            return []
        if request is Request.STILL:
            self._conversation.is_still_wanted = True
        else:
            self._conversation.is_preview_wanted = request is Request.PREVIEW_ON
        if self._question is vc0706_conversation.IDLE:
            self._go_on(None)
        return self._told()

    def _last_now(self) -> datetime:
        assert self._now is not None  # noqa: S101 - start() set it before the conversation ran
        return self._now

    def _told(self) -> list[Event]:
        told = self._events.copy()
        self._events.clear()
        return told

    def _ask(self, question: Question) -> None:
        self._question = question
        self._asked_at = self._now
        if question.send:
            self._events.append(Send(question.send))

    def _go_on(self, answer: Answer) -> None:
        if self._talk is not None:
            self._ask(self._talk.send(answer))

    def _match(self, item: Reply | Block) -> None:
        command = Command.READ if isinstance(item, Block) else item.command
        if command == self._question.command:
            self._go_on(item)

    def _overhear(self, other: Other) -> None:
        """Plain text tells that the camera has started; anything else is noise."""
        self._events.append(Alive() if other.is_text else Resynced(len(other.data)))
        self._banner = (self._banner + other.data)[-_BANNER_BYTES:]
        if vc0706.READY_TEXT in self._banner:
            self._banner.clear()
            if self._question is vc0706_conversation.BOOT:
                self._go_on(None)

    def _listen(self, item: Reply | Block, now: datetime) -> None:
        """Only listening: a version, a length, and the blocks that follow it."""
        match item:
            case Reply(Command.VERSION, vc0706.OK, version):
                self._events.append(Identified(vc0706.text(version)))
            case Reply(Command.LENGTH, vc0706.OK, length):
                announced = Picture(int.from_bytes(length, "big"), now)
                self._picture = announced if announced.is_credible else None
                self._events.append(StillProgress(0, announced.total))
            case Block(data) if self._picture is not None:
                self._picture.add(self._picture.held, data)
                if self._picture.is_whole and self._picture.is_jpeg:
                    self._events.append(Still(self._picture.jpeg, self._picture.taken_at))
                    self._picture = None
