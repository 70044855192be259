"""The consultations that were left, one key to take one up again."""

from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from client.catalogue import Catalogue
from client.session.flow_views import ResumableView
from client.ui.phrases import plain, time_of_day
from client.ui.site_screen import ConsultationWanted, KeyRows, SiteModal
from client.ui.widgets.key_bar import KeyBar

_RESUME: Final = Binding("enter", "resume", "site.do.resume_this")
_BACK: Final = Binding("escape", "close", "site.do.back")


class ResumeBox(SiteModal):
    """The newest first."""

    ROWS: ClassVar[KeyRows] = ((_RESUME, _BACK),)
    BINDINGS: ClassVar[list[BindingType]] = [_BACK]

    def compose(self) -> ComposeResult:
        """The list and its keys."""
        say = self.desk.say
        views = reversed(self.desk.requests.snapshot.resumable)
        with Vertical(classes="box") as box:
            box.border_title = say("dossier.resume.title")
            yield OptionList(*(_option(say, view) for view in views), id="contacts")
            yield KeyBar(say, self.ROWS[0])

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        if event.option.id is not None:
            self.app.post_message(ConsultationWanted(int(event.option.id.removeprefix("n"))))

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()


def _option(say: Catalogue, view: ResumableView) -> Option:
    name = plain(view.patient_name) or say("dossier.unnamed")
    line = say("dossier.resume.line", name=name, time=time_of_day(view.began_at))
    return Option(Content(f"{line}\n  {plain(view.reason)}"), f"n{view.consultation}")
