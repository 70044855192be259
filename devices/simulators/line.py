"""A serial line as it is: so many bytes a second, and sometimes fewer, later or none."""

from collections import deque
from dataclasses import dataclass
from random import Random
from typing import Final

MAX_WAITING_BYTES: Final = 256 * 1024
"""More than any instrument has to say at once; beyond it the newest bytes are lost."""
BURST_S: Final = 0.05
"""chosen: what a busy machine may send late in one piece."""
BITS_PER_BYTE: Final = 10  # 8N1: start, eight data, stop

LOSE: Final = "lose"
DELAY: Final = "delay"
UNPLUG: Final = "unplug"
WORDS: Final = frozenset({LOSE, DELAY, UNPLUG})
DEFAULT_LOSS: Final = 0.02
"""chosen: one byte in fifty, a cable with a bad contact."""
DEFAULT_DELAY_S: Final = 1.0
"""chosen: an adapter that stutters."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One word of trouble: from when, whether it begins or ends, and how much of it."""

    word: str
    is_on: bool = True
    amount: float | None = None
    """`lose`: fraction of bytes; `delay`: seconds; `unplug`: seconds until it is back."""
    at_s: float = 0.0
    """Seconds after the start."""

    @classmethod
    def parse(cls, text: str) -> "Trouble":
        """``WORD[:AMOUNT][@SECONDS]``, ``no-WORD`` to end it; `ValueError` when it is not that."""
        spoken, _, at = text.strip().partition("@")
        word, _, amount = spoken.partition(":")
        return cls(
            word=word.removeprefix("no-"),
            is_on=not word.startswith("no-"),
            amount=float(amount) if amount else None,
            at_s=float(at) if at else 0.0,
        )


class Line:
    """From the instrument to the host, at the instrument's speed."""

    def __init__(self, random: Random) -> None:
        """`random` decides which bytes are lost."""
        self._random = random
        self._waiting: deque[tuple[float, int]] = deque()
        self._allowance = 0.0
        self._last_s: float | None = None
        self.loss = 0.0
        """Fraction of bytes lost."""
        self.delay_s = 0.0

    def push(self, data: bytes, at_s: float) -> None:
        """The instrument says this now."""
        for byte in data:
            is_lost = self.loss > 0 and self._random.random() < self.loss
            if not is_lost and len(self._waiting) < MAX_WAITING_BYTES:
                self._waiting.append((at_s + self.delay_s, byte))

    def take(self, at_s: float, baud: int) -> bytes:
        """The bytes that have arrived at the host's end since the last call."""
        passed_s = at_s - self._last_s if self._last_s is not None else 0.0
        self._last_s = at_s
        rate = baud / BITS_PER_BYTE
        self._allowance = min(self._allowance + passed_s * rate, BURST_S * rate)
        arrived = bytearray()
        while self._waiting and self._allowance >= 1 and self._waiting[0][0] <= at_s:
            arrived.append(self._waiting.popleft()[1])
            self._allowance -= 1
        return bytes(arrived)

    def clear(self) -> None:
        """What was on its way is gone."""
        self._waiting.clear()
