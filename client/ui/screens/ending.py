"""After the consultation: who ended it, the GP's summary, and the way out."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from client.session.snapshot import SiteSnapshot
from client.ui.phrases import count_of, plain_lines
from client.ui.site_screen import HELP, QUIT, KeyRows, SiteScreen
from client.ui.widgets.pane import Sentence

_NEXT: Final = Binding("n", "app.again", "site.do.invite")
_REASONS: Final = ("finished", "unsuitable", "words_differ")


class EndingScreen(SiteScreen):
    """Nothing can be sent any more."""

    ROWS: ClassVar[KeyRows] = ((_NEXT, QUIT, HELP),)
    BINDINGS: ClassVar[list[BindingType]] = [_NEXT, QUIT, HELP]

    def body(self) -> Iterable[Widget]:
        """What happened, then the summary, which scrolls."""
        summary = VerticalScroll(Sentence(id="summary"), classes="panel", id="summary_panel")
        summary.border_title = self.desk.say("site.ending.summary")
        return (Sentence(id="ended"), summary, Sentence(id="kept"))

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:  # noqa: ARG002 -- no ages here
        """Draw how it ended."""
        say = self.desk.say
        who = "gp" if snapshot.ended_by_gp else "here"
        reason = snapshot.ended if snapshot.ended in _REASONS else "finished"
        told = f"{say(f'site.ending.by_{who}')} {say(f'site.ending.{reason}')}"
        self.query_one("#ended", Sentence).hold(told)
        summary = snapshot.summary
        self.query_one("#summary", Sentence).hold(
            say("site.ending.no_summary") if summary is None else plain_lines(summary)
        )
        kept = [say("site.ending.recorded" if snapshot.is_recorded else "site.not_recorded")]
        if snapshot.link.waiting:
            kept.insert(0, count_of(say, "site.ending.unsent", snapshot.link.waiting))
        self.query_one("#kept", Sentence).hold("\n".join(kept))
