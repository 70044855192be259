"""What the line carried in the last minutes, as far as this screen has seen."""

from dataclasses import dataclass
from typing import Final

from client.core.adaptation.snapshot import EngineSnapshot

POINTS_LIMIT: Final = 120
"""Two minutes at one a second."""
_BARS: Final = "▁▂▃▄▅▆▇█"
_MS: Final = 1_000


@dataclass(frozen=True, slots=True)
class LinePoint:
    """One second."""

    since_s: float
    up_bps: int
    usable_bps: int
    queue_ms: int


@dataclass(frozen=True, slots=True)
class LineCourse:
    """The seconds seen, oldest first."""

    points: tuple[LinePoint, ...] = ()

    def after(self, engine: EngineSnapshot | None) -> "LineCourse":
        """With this second, if it is a new one."""
        if engine is None or (self.points and engine.since_s <= self.points[-1].since_s):
            return self
        estimate = engine.estimate
        point = LinePoint(
            engine.since_s, engine.up_bps, estimate.usable_bps, round(_MS * estimate.queue_s)
        )
        return LineCourse((*self.points[1 - POINTS_LIMIT :], point))

    def bars(self, cells: int) -> str:
        """What left in the last so many seconds against what could have, one bar each.

        Empty while there is nothing to compare.
        """
        latest = self.points[-cells:]
        most = max((max(point.up_bps, point.usable_bps) for point in latest), default=0)
        if most == 0 or len(latest) == 1:
            return ""
        bars = (_BARS[(len(_BARS) - 1) * point.up_bps // most] for point in latest)
        return "".join(bars).rjust(cells)

    @property
    def rates_bps(self) -> list[float | None]:
        """What left; seconds not seen yet are gaps, so that time always fills the same width."""
        return [*self._unseen, *(float(point.up_bps) for point in self.points)]

    @property
    def queues_ms(self) -> list[float | None]:
        """How long packets waited in the line; gaps as in `rates_bps`."""
        return [*self._unseen, *(float(point.queue_ms) for point in self.points)]

    @property
    def _unseen(self) -> list[float | None]:
        return [None] * (POINTS_LIMIT - len(self.points))
