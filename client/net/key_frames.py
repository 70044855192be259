"""When to ask the encoder for a key frame: once wanted, at most once a second, never twice."""

from typing import Final

INTERVAL_S: Final = 1.0
"""chosen: a browser repeats its PLI every 0.2 s until a key frame lands, 0.4 s at 64 kbit/s."""
DECODED_S: Final = 0.25
"""chosen: after its last packet has come, the peer decodes a key frame and forgets its request."""
LEAVES_S: Final = 4.0
"""chosen: one that has not left by then was dropped."""


class KeyFrames:
    """What is wanted of one picture encoder. Sans-IO: times are one monotonic clock, in seconds."""

    def __init__(self) -> None:
        self._is_wanted = False
        self._asked_s = float("-inf")
        self._made_s = float("-inf")
        self._left_s = float("-inf")

    def want(self) -> None:
        """What waited here was dropped: nothing can go on without one."""
        self._is_wanted = True

    def hear_request(self, now_s: float, rtt_s: float, *, are_waiting: bool) -> None:
        """The peer asks; a request that one under way will meet is none.

        `are_waiting`: pictures have not all left yet.
        """
        is_leaving = are_waiting and now_s < self._made_s + LEAVES_S
        if not is_leaving and now_s >= self._left_s + rtt_s + DECODED_S:
            self._is_wanted = True

    def note_made(self, now_s: float) -> None:
        """One is on its way to the line."""
        self._is_wanted = False
        self._made_s = now_s

    def note_left(self, now_s: float) -> None:
        """A packet of it is on the line."""
        self._left_s = now_s

    def is_due(self, now_s: float) -> bool:
        """Whether to ask the encoder now; asking counts from here, and again if none comes."""
        if not self._is_wanted or now_s < self._asked_s + INTERVAL_S:
            return False
        self._asked_s = now_s
        return True

    def next_at(self) -> float | None:
        """When `is_due` may next be true; None while none is wanted."""
        return self._asked_s + INTERVAL_S if self._is_wanted else None
