"""Each key is dealt with whole before the next begins.

A key may move on to another field or screen, and does so by messages that take their turn. On a
busy machine the next keys of a quick hand, or of a scanner, would meanwhile go to the field that
was just left: what is typed would stand where nobody meant it.
"""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Final

from textual.events import Event
from textual.message_pump import MessagePump

HELD_LIMIT: Final = 1_000
"""Keys; chosen: more than anybody types ahead, and the most a scanner gives at once."""
_ROUNDS: Final = 2
"""A message that one object posts to itself is dealt with in the second."""
_RELEASED: Final = -1
"""On its way to `begun`; what is typed meanwhile stands behind it."""


class KeyOrder:
    """Holds keys back until what the one before set going has come to rest; on the event loop."""

    def __init__(self, path: Callable[[], Iterator[MessagePump]]) -> None:
        """`path` gives who may have something to do with a key, from the focus outwards."""
        self._path = path
        self._held: deque[Event] = deque()
        self._count = 0
        self._under_way = 0
        """The number of the key; 0: none."""
        self._looked = 0

    def must_wait(self, event: Event) -> bool:
        """Whether this key comes later, from `released`; too many are dropped."""
        if not self._under_way:
            return False
        if len(self._held) < HELD_LIMIT:
            self._held.append(event)
        return True

    def begun(self, released: Callable[[Event], object]) -> None:
        """A key was passed on: the next one is given to `released` once it has come to rest."""
        self._count += 1
        self._under_way = self._count
        self._pass(self._under_way, self._turns(), released)

    def look(self, released: Callable[[Event], object]) -> None:
        """Now and then: a key whose trace was lost with a screen that closed holds nobody up."""
        if self._under_way and self._under_way == self._looked:
            self._rest(released)
        self._looked = self._under_way

    def _turns(self) -> Iterator[MessagePump]:
        for _ in range(_ROUNDS):
            for pump in list(self._path()):
                yield from [pump] * _ROUNDS

    def _pass(
        self, key: int, turns: Iterator[MessagePump], released: Callable[[Event], object]
    ) -> None:
        """Wait for the turn of each, one after the other; one that is gone has nothing to do."""
        if key != self._under_way:
            return
        for pump in turns:
            if pump.call_later(self._pass, key, turns, released):
                return
        self._rest(released)

    def _rest(self, released: Callable[[Event], object]) -> None:
        self._under_way = _RELEASED if self._held else 0
        if self._held:
            released(self._held.popleft())
