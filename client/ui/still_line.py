"""The line under the picture: how far the still has come, or what the next one will be called."""

from typing import Final

from client.catalogue import Catalogue
from client.session.snapshot import SiteSnapshot, StillState, StillView
from client.ui.line_words import still_left
from client.ui.phrases import plain
from client.ui.steps import pictures_refused
from devices.readings import Kind

LABELS: Final = ("right_ear", "left_ear", "throat", "nose", "skin")
"""What a still can show; the catalogue has ``site.still.label.*``."""

_BAR_CELLS: Final = 10


def still_line(say: Catalogue, snapshot: SiteSnapshot, next_label: str) -> str:
    """One sentence; empty when there is nothing to say about stills."""
    still = snapshot.still
    if still is not None and still.state in (StillState.TAKING, StillState.SENDING):
        facts = {"label": plain(still.label), "percent": percent(still), "bar": _bar(still)}
        line = say(f"site.still.{still.state}", **facts)
        return " ".join(filter(None, (line, still_left(say, snapshot))))
    if still is not None and still.state is StillState.DOUBTFUL:
        flaw = say(f"site.still.flaw.{still.flaw}")
        return say("site.still.doubtful", flaw=flaw)
    if pictures_refused(snapshot.dossier):
        return say("dossier.pictures_off.short")
    if snapshot.preview_source is Kind.OTOSCOPE:
        return say("site.still.next", label=next_label)
    if still is not None:
        return say(f"site.still.{still.state}", label=plain(still.label))
    return ""


def percent(still: StillView) -> int:
    """Whole percents done; 0 while the size is unknown, 100 only when all is there."""
    return 100 * min(still.done, still.total) // still.total if still.total else 0


def _bar(still: StillView) -> str:
    full = percent(still) * _BAR_CELLS // 100
    return "█" * full + "░" * (_BAR_CELLS - full)
