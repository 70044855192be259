"""How much was lost lately, and why."""

from collections import deque
from typing import Final

from client.core.adaptation.observation import LossKind

WINDOW_S: Final = 2.0
RECORDS_LIMIT: Final = 4_096
"""Packets remembered; chosen: far more than two seconds of the fastest line we serve."""

_QUEUE_S: Final = 0.12
"""chosen: a queue this long before a loss makes it the queue's. Shorter ones are our own bursts."""
_SEEN_PACKETS: Final = 8  # chosen: one lost of fewer says nothing


class Losses:
    """Fates of the packets of the last seconds."""

    def __init__(self) -> None:
        self._fates: deque[tuple[float, bool]] = deque(maxlen=RECORDS_LIMIT)
        self._lost = 0
        self._queued_until_s = float("-inf")

    def note(self, *, is_lost: bool, queue_s: float, now_s: float) -> None:
        """One packet's fate was told, while this queue stood."""
        if len(self._fates) == RECORDS_LIMIT:
            self._forget()
        self._fates.append((now_s, is_lost))
        self._lost += is_lost
        if is_lost and queue_s > _QUEUE_S:
            self._queued_until_s = now_s + WINDOW_S

    def fraction(self, now_s: float) -> float:
        """Share that was lost of the last two seconds' packets."""
        while self._fates and self._fates[0][0] < now_s - WINDOW_S:
            self._forget()
        return self._lost / max(len(self._fates), _SEEN_PACKETS)

    def kind(self, now_s: float) -> LossKind:
        """Whether sending less would help."""
        if not self.fraction(now_s):
            return LossKind.NONE
        return LossKind.CONGESTION if now_s < self._queued_until_s else LossKind.RADIO

    def _forget(self) -> None:
        _, is_lost = self._fates.popleft()
        self._lost -= is_lost
