"""What the host says to a VC0706 camera, from reset to the next picture, as generators.

A generator yields a question and is sent the answer, or `None` when none came in time. Whoever runs
it owns the clock and the bytes.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Final

from devices.driver import Request
from devices.protocols import vc0706
from devices.protocols.vc0706 import Block, Command, FrameControl, Picture, Reply, Size
from devices.readings import Baud, Event, Failed, Identified, Preview, Still, StillProgress

SLOW_BAUD: Final = 38_400  # VC0706 manual: default
FAST_BAUD: Final = 115_200
REPLY_WITHIN: Final = timedelta(milliseconds=500)
"""chosen: replies come within 100 ms at any speed."""
TRIES: Final = 3
RESET_WITHIN: Final = timedelta(seconds=1.5)
BOOT_WITHIN: Final = timedelta(seconds=3)  # VC0706 manual: at least 2.5 s after a reset
WATCH_EVERY: Final = timedelta(seconds=2)
"""chosen: how soon an idle camera is missed."""
BLOCK_BYTES: Final = 512
"""chosen: 45 ms at 115200 baud; what one lost byte costs."""
BLOCK_TRIES: Final = 5
BLOCK_WITHIN: Final = timedelta(milliseconds=250)
"""chosen: beyond its time on the line; doubled with every try, for a line that is late."""
BLOCK_SHIFT: Final = 8  # VC0706 manual: addresses are multiples of 8
STILL_TRIES: Final = 2
RESETS_BEFORE_FAILURE: Final = 4
"""chosen: a still that waits for a camera which does not answer fails after so many seconds."""

Answer = Reply | Block | None


@dataclass(frozen=True, slots=True)
class Question:
    """What is sent, the command whose reply answers it, and for how long that is awaited."""

    send: bytes
    command: int | None
    within: timedelta


BOOT: Final = Question(b"", None, BOOT_WITHIN)
"""Awaits the end of the camera's start; the runner answers early when it hears of it."""
IDLE: Final = Question(b"", None, WATCH_EVERY)
"""Awaits a wish; the runner answers early when there is one."""

Run = Generator[Question, Answer, None]
"""The whole conversation; never ends."""

_Talk = Generator[Question, Answer, bool]
"""A piece of the conversation; returns whether it went well."""


class Conversation:
    """Remembers what the camera can do and what the person wants of it."""

    def __init__(
        self,
        replies: vc0706.Replies,
        tell: Callable[[Event], None],
        now: Callable[[], datetime],
    ) -> None:
        """`replies` is told what block comes next; `tell` takes events; `now` is the last time."""
        self._replies = replies
        self._tell = tell
        self._now = now
        self.is_still_wanted = False
        self.is_preview_wanted = False
        self._baud = SLOW_BAUD
        self._can_speed_up = True
        self._can_resize = True
        self._size: Size | None = None

    def run(self) -> Run:
        """Connect, serve wishes, and begin again when the camera is gone."""
        while True:
            is_there = yield from self._connected()
            while is_there:
                if self.is_still_wanted:
                    is_there = yield from self._still()
                elif self.is_preview_wanted:
                    is_there = yield from self._preview()
                else:
                    is_there = yield from self._idle()

    def _idle(self) -> _Talk:
        yield IDLE
        has_wish = self.is_still_wanted or self.is_preview_wanted
        return has_wish or (yield from self._is_there())

    def _connected(self) -> _Talk:
        yield from self._reset()
        version = yield from self._asked(Command.VERSION)
        if version is None or not (yield from self._sped_up()):
            return False
        self._size = None
        if not (yield from self._resized(Size.W160_H120)):
            return False
        self._tell(Identified(vc0706.text(version.data)))
        return True

    def _reset(self) -> Generator[Question, Answer, None]:
        """Find the speed at which the camera listens, and start it anew."""
        for attempt in count():
            self._set_baud((SLOW_BAUD, FAST_BAUD)[attempt % 2])
            answer = yield Question(vc0706.command(Command.RESET), Command.RESET, RESET_WITHIN)
            if answer is not None:
                break
            if attempt >= RESETS_BEFORE_FAILURE and self.is_still_wanted:
                self._fail_still()
        self._set_baud(SLOW_BAUD)
        yield BOOT

    def _sped_up(self) -> _Talk:
        """Go fast where the camera can; some answer at the old speed, some not at all."""
        if not self._can_speed_up:
            return True
        yield Question(vc0706.set_baud(FAST_BAUD), Command.BAUD, REPLY_WITHIN)
        self._set_baud(FAST_BAUD)
        self._can_speed_up = yield from self._is_there()
        return self._can_speed_up

    def _set_baud(self, baud: int) -> None:
        if baud != self._baud:
            self._baud = baud
            self._tell(Baud(baud))

    def _is_there(self) -> _Talk:
        return (yield from self._asked(Command.VERSION)) is not None

    def _asked(
        self, command: Command, arguments: bytes = b""
    ) -> Generator[Question, Answer, Reply | None]:
        """The reply of a camera that did what it was told; `None` when it did not."""
        for _ in range(TRIES):
            answer = yield Question(vc0706.command(command, arguments), command, REPLY_WITHIN)
            if isinstance(answer, Reply):
                return answer if answer.status == vc0706.OK else None
        return None

    def _resized(self, size: Size) -> _Talk:
        if size is self._size:
            return True
        if self._can_resize:
            self._can_resize = (yield from self._asked(Command.SIZE, bytes((size,)))) is not None
        if not self._can_resize:
            yield Question(vc0706.set_size_at_reset(size), Command.WRITE_MEMORY, REPLY_WITHIN)
            yield from self._reset()
            if not (yield from self._sped_up()):
                return False
        self._size = size
        return True

    def _still(self) -> _Talk:
        self.is_still_wanted = False
        for _ in range(STILL_TRIES):
            picture = yield from self._taken(Size.W640_H480)
            if picture is not None and picture.is_jpeg:
                self._tell(Still(picture.jpeg, picture.taken_at))
                return True
        self._fail_still()
        return (yield from self._is_there())

    def _fail_still(self) -> None:
        self.is_still_wanted = False
        self._tell(Failed(Request.STILL.value))

    def _preview(self) -> _Talk:
        picture = yield from self._taken(Size.W160_H120)
        if picture is not None and picture.is_jpeg:
            self._tell(Preview(picture.jpeg, picture.taken_at))
            return True
        return self.is_still_wanted or (yield from self._is_there())

    def _taken(self, size: Size) -> Generator[Question, Answer, Picture | None]:
        """Freeze, fetch, resume; `None` when the picture did not come whole."""
        if not (yield from self._resized(size)):
            return None
        yield from self._asked(Command.FRAME, bytes((FrameControl.FREEZE,)))
        taken_at = self._now()
        length = yield from self._asked(Command.LENGTH, b"\x00")
        picture = Picture(int.from_bytes(length.data, "big") if length else 0, taken_at)
        is_whole = yield from self._fetched(picture, is_still=size is Size.W640_H480)
        yield from self._asked(Command.FRAME, bytes((FrameControl.RESUME,)))
        return picture if is_whole else None

    def _fetched(self, picture: Picture, *, is_still: bool) -> _Talk:
        if not picture.is_credible:
            return False
        while not picture.is_whole:
            is_overtaken = self.is_still_wanted and not is_still
            if is_overtaken or not (yield from self._block(picture)):
                return False
            if is_still:
                self._tell(StillProgress(picture.held, picture.total))
        return True

    def _block(self, picture: Picture) -> _Talk:
        """The next block, asked for again with another length when it comes damaged.

        An answer names neither its address nor its question. As answers keep their order, one of
        the asked length is the answer to the last question, however late the others are.
        """
        for attempt in range(BLOCK_TRIES):
            shift = BLOCK_SHIFT * attempt
            address = max(picture.held - shift, 0)
            end = min(picture.held + BLOCK_BYTES, picture.total)
            length = end - address - (0 if picture.held else shift)
            self._replies.expect(length)
            within = timedelta(seconds=10 * length / self._baud) + BLOCK_WITHIN * 2**attempt
            answer = yield Question(vc0706.read(address, length), Command.READ, within)
            if isinstance(answer, Block) and picture.add(address, answer.data):
                return True
        return False
