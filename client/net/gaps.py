"""Which lost packets of the peer's to ask for again (RFC 4585, 6.2.1). No I/O."""

from dataclasses import dataclass
from typing import Final

VOICE_S: Final = 0.3
"""chosen: voice that comes this long after it was missed can still be waited for."""
PICTURE_S: Final = 0.4
"""The same of a picture: as long as `client.net.picture_order` waits."""
GAPS_LIMIT: Final = 32
"""chosen: more at once is a cut, of which nothing comes back in time."""
_FIRST_RTT_S: Final = 0.1
"""chosen: until a round trip is known."""
_SEQUENCES: Final = 1 << 16


@dataclass(slots=True)
class _Gap:
    missed_s: float
    asked_s: float = float("-inf")


class Gaps:
    """Of one stream: numbers that are missing, asked for once a round trip while it is of use."""

    def __init__(self, useful_s: float) -> None:
        """``useful_s``: how long after it was missed a packet may still come."""
        self._useful_s = useful_s
        self._newest: int | None = None
        self._gaps: dict[int, _Gap] = {}

    def note(self, sequence: int, repeated: int, now_s: float, rtt_s: float | None) -> list[int]:
        """A packet has come that repeats so many before it; the numbers to ask for now."""
        for before in range(min(repeated, GAPS_LIMIT) + 1):
            self._gaps.pop((sequence - before) % _SEQUENCES, None)
        self._follow(sequence, repeated, now_s)
        return self._due(now_s, rtt_s or _FIRST_RTT_S)

    def _follow(self, sequence: int, repeated: int, now_s: float) -> None:
        newest = self._newest
        step = 1 if newest is None else (sequence - newest) % _SEQUENCES
        if step == 0 or step >= _SEQUENCES // 2:
            return  # one that was missing, or a copy
        self._newest = sequence
        if step > GAPS_LIMIT:
            self._gaps.clear()
            return
        for back in range(step - 1, repeated, -1):
            self._gaps[(sequence - back) % _SEQUENCES] = _Gap(now_s)
        while len(self._gaps) > GAPS_LIMIT:
            del self._gaps[next(iter(self._gaps))]

    def _due(self, now_s: float, rtt_s: float) -> list[int]:
        asked: list[int] = []
        for sequence, gap in list(self._gaps.items()):
            if now_s + rtt_s > gap.missed_s + self._useful_s:
                del self._gaps[sequence]
            elif now_s >= gap.asked_s + rtt_s:
                gap.asked_s = now_s
                asked.append(sequence)
        return asked
