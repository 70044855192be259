"""The consultation was stopped for a reason of trust."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget

from client.catalogue import Catalogue
from client.session.snapshot import SiteSnapshot
from client.ui.site_screen import HELP, QUIT, KeyRows, SiteScreen
from client.ui.widgets.pane import Sentence

_AGAIN: Final = Binding("n", "app.once_more", "site.do.again")


class RefusalScreen(SiteScreen):
    """Says what happened and what it means; only a new start is possible."""

    ROWS: ClassVar[KeyRows] = ((_AGAIN, QUIT, HELP),)
    BINDINGS: ClassVar[list[BindingType]] = [_AGAIN, QUIT, HELP]

    def body(self) -> Iterable[Widget]:
        """Title, what happened, what to do."""
        box = Vertical(Sentence(id="what"), Sentence(id="then"), classes="panel", id="refusal")
        box.border_title = self.desk.say("site.refusal.title")
        return (box,)

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:  # noqa: ARG002 -- no ages here
        """Draw the error's sentences."""
        what, then = told(self.desk.say, snapshot.refusal)
        self.query_one("#what", Sentence).hold(what)
        self.query_one("#then", Sentence).hold(then)


def told(say: Catalogue, refusal: str | None) -> tuple[str, str]:
    """The sentence and the hint of this error; general ones where it has none of its own."""
    try:
        return say(f"error.{refusal}"), say(f"error.{refusal}.hint")
    except KeyError:
        return say("site.refusal.unknown"), say("site.refusal.unknown.hint")
