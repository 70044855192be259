"""Which parts of a whole are here: sorted, disjoint ranges of bytes, each end not included."""

from bisect import bisect_left, bisect_right


class Ranges:
    """A set of byte positions, kept as few ranges."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def __len__(self) -> int:
        return len(self._starts)

    def __iter__(self) -> "zip[tuple[int, int]]":
        return zip(self._starts, self._ends, strict=True)

    @property
    def size(self) -> int:
        """How many bytes they cover."""
        return sum(self._ends) - sum(self._starts)

    def add(self, start: int, end: int) -> None:
        """Cover these bytes too; ranges that then touch become one."""
        first = bisect_left(self._ends, start)
        last = bisect_right(self._starts, end)
        if first < last:
            start = min(start, self._starts[first])
            end = max(end, self._ends[last - 1])
        self._starts[first:last] = [start]
        self._ends[first:last] = [end]

    def covers(self, start: int, end: int) -> bool:
        """Whether every one of these bytes is covered."""
        at = bisect_right(self._starts, start) - 1
        return at >= 0 and end <= self._ends[at]

    def touches(self, start: int, end: int) -> bool:
        """Whether adding these bytes would need no range of their own."""
        return bisect_left(self._ends, start) < bisect_right(self._starts, end)

    def end_of(self, start: int) -> int:
        """Where the covered bytes from ``start`` on end; ``start`` where none are."""
        at = bisect_right(self._starts, start) - 1
        return max(start, self._ends[at]) if at >= 0 else start
