"""The course of the live vital signs; lines and extremes, no judgement."""

from collections.abc import Iterator
from typing import Final

from textual.content import Content

from client.catalogue import Catalogue
from client.ui.braille import curve
from client.ui.phrases import quantity
from client.ui.trends import SHOWN, Trends
from client.ui.widgets.pane import Pane
from devices.readings import Vital

_LEAST_SPAN: Final = 10
"""chosen: percent or beats a minute; a steady value draws a steady line."""
_HIGHEST: Final = 6

TrendView = tuple[Trends, Catalogue, tuple[str, ...]]
"""What was measured, in which language it is told, and a sentence for each earlier value."""


class TrendPane(Pane[TrendView]):
    """One curve a vital sign, one under the other."""

    def drawn(self, view: TrendView) -> Content:
        """Only those that have a value in the window."""
        trends, say, earlier = view
        curves = [line for vital in SHOWN for line in self._one(say, trends, vital)]
        return Content("\n").join([*curves, *map(Content, earlier)])

    def _one(self, say: Catalogue, trends: Trends, vital: Vital) -> Iterator[Content]:
        width, height = self.content_size
        samples = trends.sampled(vital, max(1, width * 2))
        known = [sample for sample in samples if sample is not None]
        if known:
            low, high = (quantity(say, vital, value) for value in (min(known), max(known)))
            name, unit = say(f"site.vital.{vital.code}"), say(f"unit.{vital.ucum}")
            yield Content(say("site.trend", name=name, low=low, high=high, unit=unit))
            rows = min(_HIGHEST, height // len(SHOWN) - 2)
            yield from map(Content, curve(samples, width, rows, _LEAST_SPAN))
            yield Content("")
