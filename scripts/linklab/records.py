"""What passed one direction of a line: second by second, and over the whole run. No I/O."""

from array import array
from collections import Counter
from dataclasses import asdict, dataclass, field

from linklab.line import Delivery, Drop, Line


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Of a time in milliseconds."""

    p50: float
    p95: float
    highest: float


@dataclass(frozen=True, slots=True)
class Record:
    """One second of one direction, or a whole run. Sizes are IP bytes."""

    direction: str
    """up (from the site) or down."""
    from_s: float
    """On the schedule's clock; negative before it was started."""
    seconds: float
    capacity_bps: float
    """Mean of the time, by the link layer's accounting."""
    offered: int
    offered_bytes: int
    delivered: int
    """Of the packets offered in this time, those that arrive, whenever that is."""
    delivered_bytes: int
    dropped: dict[str, int]
    """Packets by line.Drop."""
    queue_ms: Percentiles | None
    """Time packets waited for others before them; None: no packet entered the queue."""
    late_ms: float
    """The worst delay the emulator itself added to a delivery of this time."""

    def as_json(self) -> dict[str, object]:
        """Return what json can write."""
        return asdict(self)


@dataclass(slots=True)
class _Tally:
    from_s: float
    offered: int = 0
    offered_bytes: int = 0
    delivered: int = 0
    delivered_bytes: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    queued_ms: "array[float]" = field(default_factory=lambda: array("f"))
    late_ms: float = 0.0

    def add(self, size_bytes: int, outcome: Delivery | Drop) -> None:
        self.offered += 1
        self.offered_bytes += size_bytes
        if isinstance(outcome, Drop):
            self.dropped[outcome] += 1
            return
        self.delivered += 1
        self.delivered_bytes += size_bytes
        self.queued_ms.append(outcome.queued_s * 1000)


class Log:
    """Fed with every packet; gives a record of each second, and one of all."""

    def __init__(self, direction: str, line: Line, now_s: float) -> None:
        """Begin at a time of the caller's clock."""
        self._direction = direction
        self._line = line
        self._second = _Tally(now_s)
        self._whole = _Tally(now_s)

    def passed(self, size_bytes: int, outcome: Delivery | Drop) -> None:
        """Note a packet offered, and what becomes of it."""
        self._second.add(size_bytes, outcome)
        self._whole.add(size_bytes, outcome)

    def was_late(self, late_s: float) -> None:
        """Note by how much a delivery was late."""
        for tally in (self._second, self._whole):
            tally.late_ms = max(tally.late_ms, late_s * 1000)

    def begin_run(self, now_s: float) -> None:
        """Forget the time before: the schedule begins."""
        self._second = _Tally(now_s)
        self._whole = _Tally(now_s)

    def end_second(self, now_s: float, begins_s: float) -> Record:
        """Return the record since the last one, and begin the next."""
        record = self._record(self._second, now_s, begins_s)
        self._second = _Tally(now_s)
        return record

    def whole(self, now_s: float, begins_s: float) -> Record:
        """Return the record of the run until now."""
        return self._record(self._whole, now_s, begins_s)

    def _record(self, tally: _Tally, now_s: float, begins_s: float) -> Record:
        seconds = now_s - tally.from_s
        bits = self._line.capacity_bits(tally.from_s, now_s)
        return Record(
            direction=self._direction,
            from_s=round(tally.from_s - begins_s, 3),
            seconds=round(seconds, 3),
            capacity_bps=round(bits / seconds) if seconds else 0,
            offered=tally.offered,
            offered_bytes=tally.offered_bytes,
            delivered=tally.delivered,
            delivered_bytes=tally.delivered_bytes,
            dropped=dict(tally.dropped),
            queue_ms=percentiles(tally.queued_ms),
            late_ms=round(tally.late_ms, 3),
        )


def percentiles(values_ms: "array[float]") -> Percentiles | None:
    """Return the nearest-rank percentiles; None of nothing."""
    if not values_ms:
        return None
    ranked = sorted(values_ms)
    last = len(ranked) - 1
    median, high = (round(ranked[round(share * last)], 1) for share in (0.5, 0.95))
    return Percentiles(median, high, round(ranked[-1], 1))
