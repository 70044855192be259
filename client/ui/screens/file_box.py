"""What was entered so far, to be looked at and put right at any time."""

from datetime import datetime
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from client.catalogue import Catalogue
from client.session.snapshot import SiteSnapshot
from client.ui.desk import Desk
from client.ui.phrases import plain, profession_sentence
from client.ui.site_screen import KeyRows, SiteModal, StepAsked
from client.ui.steps import Step, done_steps, patient_name, reason_of
from client.ui.widgets.key_bar import KeyBar, key_caps
from client.ui.widgets.pane import Pane, Sentence

DOSSIER: Final = Binding("i", "app.dossier", "site.do.dossier")
_BACK: Final = Binding("escape", "close", "site.do.back")
FILE_STEPS: Final = (Step.PATIENT, Step.CONSENT, Step.REASON)
"""What can be put right, in the order of its digits."""
_DIGITS: Final = [
    Binding(str(number), f"open({number})", show=False) for number in range(1, len(FILE_STEPS) + 1)
]


class FileLines(Pane[tuple[tuple[str, str, str], ...]]):
    """Key, step, what is known."""

    DEFAULT_CSS = "FileLines { height: auto; margin-bottom: 1; }"

    def drawn(self, view: tuple[tuple[str, str, str], ...]) -> Content:
        """A line each, with an empty one between."""
        return Content("\n\n").join(
            Content.assemble(key_caps([(key, step)]), f"\n  {known}") for key, step, known in view
        )


class FileBox(SiteModal):
    """Three steps, a digit each."""

    ROWS: ClassVar[KeyRows] = ((_BACK,),)
    BINDINGS: ClassVar[list[BindingType]] = [_BACK, *_DIGITS]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._lines = FileLines()

    def compose(self) -> ComposeResult:
        """The steps and the way back."""
        with Vertical(classes="box") as box:
            box.border_title = self.desk.say("dossier.file.title")
            yield self._lines
            yield Sentence(id="profession")
            yield KeyBar(self.desk.say, self.ROWS[0])

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:
        """Draw what is known."""
        say = self.desk.say
        self._lines.hold(file_rows(say, snapshot, now))
        self.query_one("#profession", Sentence).hold(profession_sentence(say, snapshot))

    def action_open(self, number: int) -> None:
        """Put this step right."""
        self.dismiss()
        self.app.post_message(StepAsked(FILE_STEPS[number - 1]))

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()


def file_rows(
    say: Catalogue, snapshot: SiteSnapshot, now: datetime
) -> tuple[tuple[str, str, str], ...]:
    """Digit, step, what is known."""
    done = done_steps(snapshot, now)
    known = {
        Step.PATIENT: plain(patient_name(snapshot)),
        Step.CONSENT: say("dossier.consent.given") if Step.CONSENT in done else "",
        Step.REASON: plain(reason_of(snapshot)),
    }
    return tuple(
        (str(number), say(f"dossier.step.{step}"), known[step] or say("dossier.file.to_do"))
        for number, step in enumerate(FILE_STEPS, start=1)
    )
