"""What a node remembers to save questions, within bounds."""

from collections import OrderedDict
from typing import Final, Generic, TypeVar

REMEMBERED: Final = 50_000
"""Mailboxes and letters that a node remembers something of: about 10 MB."""

K = TypeVar("K")
V = TypeVar("V")


class Memory(OrderedDict[K, V], Generic[K, V]):
    """The latest `REMEMBERED` entries."""

    def __setitem__(self, key: K, value: V) -> None:
        super().__setitem__(key, value)
        self.move_to_end(key)
        if len(self) > REMEMBERED:
            self.popitem(last=False)
