"""The lowest of what was seen lately."""

from collections import deque


class Lasting:
    """The lowest of the last values."""

    def __init__(self, window_s: float) -> None:
        self._window_s = window_s
        self._values: deque[tuple[float, float]] = deque()

    def note(self, value: float, now_s: float) -> None:
        """It was this, from now on."""
        while self._values and self._values[-1][1] >= value:
            self._values.pop()
        self._values.append((now_s, value))

    def lowest(self, now_s: float) -> float:
        """Of what held within the window."""
        while len(self._values) > 1 and self._values[1][0] <= now_s - self._window_s:
            self._values.popleft()
        while len(self._values) > 1 and self._values[0][0] <= now_s - self._window_s:
            self._values.popleft()
        return self._values[0][1]
