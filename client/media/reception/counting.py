"""Numbers that begin again at zero, made to go on for good."""

from typing import Final

TIMESTAMP_BITS: Final = 32  # RFC 3550, 5.1


class Unwrapped:
    """Follows a number of so many bits; each is taken to lie nearest to the one before."""

    def __init__(self, bits: int) -> None:
        self._period = 1 << bits
        self._last: int | None = None

    def follow(self, number: int) -> int:
        """The number with its turns; may be negative for one that lies before the first."""
        if self._last is None:
            self._last = number
            return number
        half = self._period // 2
        self._last += (number - self._last + half) % self._period - half
        return self._last
