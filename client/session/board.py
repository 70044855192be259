"""Where the newest snapshot is pinned up for whoever looks."""

import asyncio
from collections.abc import Callable
from typing import Final

from client.session.snapshot import SiteSnapshot

SNAPSHOT_EVERY_S: Final = 0.1
"""The screen hears of changes at most ten times a second."""


class Board:
    """Tells every listener of the newest snapshot, ten times a second."""

    def __init__(self, take: Callable[[], SiteSnapshot]) -> None:
        self._take = take
        self._listeners: list[Callable[[SiteSnapshot], None]] = []

    def subscribe(self, listener: Callable[[SiteSnapshot], None]) -> Callable[[], None]:
        """Call `listener` with each new snapshot; returns the unsubscription."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            if self._listeners:
                snapshot = self._take()
                for listener in list(self._listeners):
                    listener(snapshot)
            await asyncio.sleep(SNAPSHOT_EVERY_S)
