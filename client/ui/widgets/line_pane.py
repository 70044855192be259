"""The line's last two minutes, for those who would rather look than read."""

from typing import Final

from textual.content import Content

from client.catalogue import Catalogue
from client.ui.braille import curve
from client.ui.line_course import LineCourse
from client.ui.widgets.pane import Pane

_ROWS: Final = 2
_KBIT: Final = 1_000
_LEAST_RATE_BPS: Final = 60_000
_LEAST_QUEUE_MS: Final = 100
"""chosen: what is steady looks steady, and a few milliseconds are no mountain."""

LineView = tuple[LineCourse, Catalogue]


class LinePane(Pane[LineView]):
    """What left above, how long it waited below; each with its newest figure."""

    def drawn(self, view: LineView) -> Content:
        """Two curves."""
        course, say = view
        if not course.points:
            return Content("")
        newest, width = course.points[-1], self.content_size.width
        kbit, usable = round(newest.up_bps / _KBIT), round(newest.usable_bps / _KBIT)
        return Content("\n").join(
            map(
                Content,
                (
                    say("site.course.rate", kbit=kbit, usable=usable),
                    *curve(course.rates_bps, width, _ROWS, _LEAST_RATE_BPS),
                    say("site.course.queue", count=newest.queue_ms),
                    *curve(course.queues_ms, width, _ROWS, _LEAST_QUEUE_MS),
                ),
            )
        )
