"""What goes into the peer's mailbox: letters one after the other, beside them the newest signal.

A letter holds all that waits, in one of few sizes, and the next one follows after a pause that
grows while the peer does not answer: the relay learns when this end had something to say, to within
that pause, and not what or how many. Parts of files go in letters of their own, behind everything.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from typing import Final, Protocol

from client.core import parcels
from client.core.parcels import PARCEL_LIMIT, TOGETHER_LIMIT
from client.core.wire import (
    Goodbye,
    Parcel,
    Received,
    Signal,
    StillHeld,
    StillPiece,
    WordsCompared,
)
from client.errors import ChevetError

_log = logging.getLogger(__name__)

REPOST_S: Final = 5.0
"""After a refusal by the relay; chosen: a full mailbox empties at the speed of its owner."""
LETTER_EVERY_S: Final = 2.0
"""From one letter to the next, at least; the first leaves at once."""
LONGEST_PAUSE_S: Final = 30.0
"""chosen: a mailbox of 1,000 letters then takes eight hours of readings for a peer that is away."""
UNANSWERED_STEP: Final = 16
"""Letters without any receipt, after which the pause is twice as long, then thrice."""
HELD_AGAIN_S: Final = 30.0
"""What is held of a file is told again by mailbox after so long, not sooner."""

URGENT: Final = (WordsCompared, Goodbye)
"""They wait for no pause, nor does what waits with them."""


class Waiting(Protocol):
    """The durable messages, by number."""

    def is_waiting(self, number: int) -> bool:
        """The peer has not acknowledged it, so that its letter is of use."""

    def may_go(self, number: int) -> bool:
        """The peer could take it now."""

    def __getitem__(self, number: int) -> Parcel:
        """The parcel."""


Supply = Callable[[], Awaitable[StillPiece | None]]
"""Gives the next part of a file that should go by mailbox now."""


class Posting:
    """Posts parcels, and again what the relay refused; each durable one once."""

    def __init__(  # noqa: PLR0913 -- all but the ways out by name
        self,
        post: Callable[[bytes], Awaitable[None]],
        seal: Callable[[Sequence[Parcel]], bytes],
        waiting: Waiting,
        *,
        now_s: Callable[[], float],
        on_mailed: Callable[[list[int]], None],
        letter_every_s: float = LETTER_EVERY_S,
    ) -> None:
        """`on_mailed` is told the numbers of durable parcels that lie in the peer's mailbox now."""
        self._post = post
        self._seal = seal
        self._waiting = waiting
        self._now_s = now_s
        self._on_mailed = on_mailed
        self._every_s = letter_every_s
        self._numbers: deque[int] = deque()
        self._mailed: set[int] = set()
        self._passing: dict[tuple[type, int], Parcel] = {}
        self._told: dict[int, tuple[StillHeld, float]] = {}
        self._unanswered = 0
        self._posted_s = -LONGEST_PAUSE_S
        self._supply: Supply | None = None
        self._work = asyncio.Event()
        self._is_urgent = asyncio.Event()
        self._signal: Parcel | None = None
        self._signal_came = asyncio.Event()

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._post_letters())
            tasks.create_task(self._post_signals())

    def mail(self, parcel: Parcel) -> None:
        """Post it behind the others; a durable one that was posted before is not again.

        Of receipts, and of what is held of one file, the newest alone leaves.
        """
        match parcel:
            case Parcel(int(number)):
                if number not in self._mailed:
                    self._mailed.add(number)
                    self._numbers.append(number)
                if isinstance(parcel.message, URGENT):
                    self._is_urgent.set()
            case Parcel(None, StillHeld() as held):
                if self._is_told(held):
                    return
                self._passing[StillHeld, held.id] = parcel
            case _:
                self._passing[type(parcel.message), 0] = parcel
        self._work.set()

    def signal(self, parcel: Parcel) -> None:
        """Post a session description in place of any that waits."""
        self._signal = parcel
        self._signal_came.set()

    def supply(self, supply: Supply | None) -> None:
        """Where parts of files come from that go by mailbox; `None`: none do now."""
        self._supply = supply
        self._work.set()

    def forget(self, numbers: Sequence[int]) -> None:
        """The peer has these. Those it should have had before them are lost, so posted again."""
        self._mailed.difference_update(numbers)
        self._unanswered = 0
        self._work.set()

    def mail_again(self, numbers: Iterable[int]) -> None:
        """Their letters were lost."""
        for number in sorted(set(numbers) & self._mailed - set(self._numbers)):
            self._numbers.append(number)
        self._work.set()

    def _is_told(self, held: StillHeld) -> bool:
        told, at_s = self._told.get(held.id, (None, 0.0))
        return told == held and self._now_s() - at_s < HELD_AGAIN_S

    async def _post_letters(self) -> None:
        while True:
            await self._work.wait()
            if self._has_words:
                await self._pause()
            letter = self._batch()
            piece = None if letter or self._supply is None else await self._supply()
            if piece is not None:
                letter = [Parcel(None, piece)]
            if letter:
                await self._deliver(letter)
            elif not self._has_words:
                self._work.clear()
            if not self._numbers:
                self._is_urgent.clear()

    @property
    def _has_words(self) -> bool:
        return bool(self._passing) or bool(self._numbers and self._may_go(self._numbers[0]))

    def _may_go(self, number: int) -> bool:
        return not self._waiting.is_waiting(number) or self._waiting.may_go(number)

    async def _pause(self) -> None:
        longer = 1 + self._unanswered // UNANSWERED_STEP
        pause_s = min(self._every_s * longer, max(self._every_s, LONGEST_PAUSE_S))
        rest_s = max(0.0, self._posted_s + pause_s - self._now_s())
        with suppress(TimeoutError):
            async with asyncio.timeout(rest_s):
                await self._is_urgent.wait()

    def _batch(self) -> list[Parcel]:
        """All that one letter holds of what waits."""
        batch = list(self._passing.values())[:TOGETHER_LIMIT]
        self._passing = dict(list(self._passing.items())[TOGETHER_LIMIT:])
        size = sum(len(parcels.encode(parcel)) for parcel in batch)
        while self._numbers and len(batch) < TOGETHER_LIMIT and self._may_go(self._numbers[0]):
            number = self._numbers[0]
            if self._waiting.is_waiting(number):
                parcel = self._waiting[number]
                size += len(parcels.encode(parcel))
                if size > PARCEL_LIMIT and batch:
                    break
                batch.append(parcel)
            self._numbers.popleft()
        return batch

    async def _deliver(self, letter: Sequence[Parcel]) -> None:
        """Until the relay has it: nothing overtakes a letter that it refuses."""
        is_file = isinstance(letter[0].message, StillPiece)
        while not await self._is_posted(letter):
            await asyncio.sleep(REPOST_S)
            if not any(self._is_of_use(parcel) for parcel in letter):
                return
        if not is_file:
            self._posted_s = self._now_s()
            self._unanswered += 1
        for parcel in letter:
            if isinstance(parcel.message, StillHeld):
                self._told[parcel.message.id] = (parcel.message, self._now_s())
        self._on_mailed([parcel.number for parcel in letter if parcel.number is not None])

    def _is_of_use(self, parcel: Parcel) -> bool:
        if isinstance(parcel.message, Received):
            return (Received, 0) not in self._passing
        return parcel.number is None or self._waiting.is_waiting(parcel.number)

    async def _is_posted(self, letter: Sequence[Parcel]) -> bool:
        try:
            await self._post(self._seal(letter))
        except ChevetError as error:
            _log.warning("the mailbox did not take a letter: %s", type(error).__name__)
            return False
        return True

    async def _post_signals(self) -> None:
        """The newest description alone, and beside the letters: no line comes back without it."""
        while True:
            await self._signal_came.wait()
            self._signal_came.clear()
            signal, self._signal = self._signal, None
            if signal is None or not isinstance(signal.message, Signal):
                continue
            if not await self._is_posted([signal]):
                self._signal = self._signal or signal
                asyncio.get_running_loop().call_later(REPOST_S, self._signal_came.set)
