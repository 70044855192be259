"""The patient waits for the GP while the assistant serves the counter."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.widget import Widget

from client.session.snapshot import SiteSnapshot
from client.ui.phrases import plain
from client.ui.screens.otherwise import LargeText
from client.ui.site_screen import HELP, SiteScreen
from client.ui.steps import Step
from client.ui.waiting_words import waiting_sentence
from client.ui.widgets.pane import Sentence

_BACK: Final = Binding("escape", "back", "site.do.back")


class WaitingScreen(SiteScreen):
    """Large and calm; the GP's coming closes it, with the bell and a flash."""

    STEP = Step.CALL
    ROWS = ((_BACK, HELP),)
    BINDINGS: ClassVar[list[BindingType]] = [_BACK, HELP]

    def body(self) -> Iterable[Widget]:
        """What is awaited, and what the GP said of it."""
        return (LargeText(id="large"), Sentence(id="said"), Sentence(id="then"))

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:
        """Draw what is known."""
        say = self.desk.say
        self.query_one("#large", LargeText).hold(say("dossier.waiting.large"))
        told = [waiting_sentence(say, snapshot, now) or say("dossier.waiting.unsaid")]
        waiting = snapshot.gp_waiting
        if waiting is not None and waiting.text:
            told.append(f"« {plain(waiting.text)} »")
        self.query_one("#said", Sentence).hold("\n".join(told))
        self.query_one("#then", Sentence).hold(say("dossier.waiting.then"))

    def action_back(self) -> None:
        """To the invitation."""
        self.dismiss()
