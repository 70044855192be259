"""What the live vital signs were in the last minutes, as far as this screen has seen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from client.session.snapshot import VitalView
from devices.readings import Origin, Vital

WINDOW: Final = timedelta(minutes=10)
"""chosen: about the length of one consultation."""
SHOWN: Final = (Vital.SPO2, Vital.PULSE)
_STEP: Final = timedelta(seconds=2)
"""chosen: at most 300 points a vital sign, more than a terminal has columns."""

Point = tuple[datetime, float | None]


@dataclass(frozen=True, slots=True)
class Trends:
    """Points in time for each vital sign; those without a value are gaps."""

    points: Mapping[Vital, tuple[Point, ...]] = field(default_factory=dict)
    sources: Mapping[Vital, int] = field(default_factory=dict)
    """Whose curve each is, by `VitalView.instrument`: two instruments never draw one curve."""

    def after(self, views: Iterable[VitalView]) -> "Trends":
        """With these added where they are new, and what is older than the window left out."""
        streams = [v for v in views if v.vital in SHOWN and v.origin is Origin.LIVE]
        chosen = {view.vital: view for view in streams}
        chosen |= {v.vital: v for v in streams if v.is_live and self._is_drawn(v)}
        new = [view for view in chosen.values() if self._is_new(view)]
        if not new:
            return self
        grown = {v.vital: _grown(self._own(v), (v.taken_at, v.value)) for v in new}
        sources = {view.vital: view.instrument for view in new}
        return Trends({**self.points, **grown}, {**self.sources, **sources})

    def _is_drawn(self, view: VitalView) -> bool:
        return self.sources.get(view.vital) == view.instrument

    def _own(self, view: VitalView) -> tuple[Point, ...]:
        return self.points.get(view.vital, ()) if self._is_drawn(view) else ()

    def _is_new(self, view: VitalView) -> bool:
        points = self._own(view)
        return not points or view.taken_at - points[-1][0] >= _STEP

    def sampled(self, vital: Vital, columns: int) -> list[float | None]:
        """The window up to the newest point in equal parts, the last value seen in each."""
        points = self.points.get(vital, ())
        samples: list[float | None] = [None] * columns
        for at, value in points:
            back = (points[-1][0] - at) / WINDOW
            samples[max(0, columns - 1 - int(back * columns))] = value
        return samples


def _grown(points: tuple[Point, ...], newest: Point) -> tuple[Point, ...]:
    return (*(point for point in points if newest[0] - point[0] < WINDOW), newest)
