"""An identity from a file of the practice's own software: chosen, shown, then taken over (d-15)."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from client.catalogue import Catalogue
from client.core.dossier.traits import Traits
from client.session.flow_views import IdentityFileView
from client.session.snapshot import SiteSnapshot
from client.ui.desk import Desk
from client.ui.identity_fields import fields, status_sentence, typed, warnings
from client.ui.phrases import plain, time_of_day
from client.ui.screens.saving import PATH_LIMIT
from client.ui.site_screen import KeyRows, SiteModal
from client.ui.widgets.key_bar import KeyBar
from client.ui.widgets.pane import Sentence

_READ: Final = Binding("enter", "read", "site.do.read_identity")
_TAKE: Final = Binding("f2", "take", "site.do.take_identity")
_BACK: Final = Binding("escape", "close", "site.do.back")
_MOVE: Final = [
    Binding("down", "move(1)", show=False, priority=True),
    Binding("up", "move(-1)", show=False, priority=True),
]


class ImportBox(SiteModal):
    """A path, or one of the newest files; nothing is replaced before F2."""

    ROWS: ClassVar[KeyRows] = ((_READ, _TAKE, _BACK),)
    BINDINGS: ClassVar[list[BindingType]] = [_TAKE, _BACK, *_MOVE]

    def __init__(self, desk: Desk, on_taken: Callable[[Traits], None]) -> None:
        super().__init__(desk)
        self._on_taken = on_taken
        self._files: tuple[IdentityFileView, ...] = ()

    def compose(self) -> ComposeResult:
        """What is done, the path, the files, what was read."""
        say = self.desk.say
        what = Sentence(id="notice")
        what.hold(say("dossier.import.what"))
        hint = say("dossier.import.hint")
        files = OptionList(id="files")
        files.can_focus = False
        with Vertical(classes="box") as box:
            box.border_title = say("dossier.import.title")
            yield what
            yield Input(placeholder=hint, max_length=PATH_LIMIT, id="path")
            yield files
            yield Sentence(id="read")
            yield KeyBar(say, self.ROWS[0])

    def on_mount(self) -> None:
        """The newest ones, before a path is typed."""
        self.desk.requests.find_identities()
        super().on_mount()
        self.query_one(Input).focus()

    def on_unmount(self) -> None:
        """What was read is not kept for the next patient."""
        self.desk.requests.forget_identities()

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:  # noqa: ARG002 -- no ages here
        """Draw the files once they are known, and what was read of one."""
        found = snapshot.identities
        files = self.query_one(OptionList)
        if found.files != self._files:
            self._files = found.files
            files.clear_options()
            files.add_options([Option(file_line(self.desk.say, one)) for one in found.files])
            files.action_first()
        files.display = bool(self._files) and found.read is None
        self.query_one("#notice").display = found.read is None
        told: list[str] = []
        if found.read is not None:
            say = self.desk.say
            told = [*identity_told(say, found.read, snapshot), say("dossier.import.then")]
        if found.failure is not None:
            told = [" ".join(self.desk.say.explain(found.failure))]
        self.query_one("#read", Sentence).hold("\n".join(told))

    @on(Input.Submitted)
    def _chosen(self, event: Input.Submitted) -> None:
        text = event.value.strip()
        place = self.query_one(OptionList).highlighted
        if text:
            self.desk.requests.read_identity(Path(text))
        elif place is not None and place < len(self._files):
            self.desk.requests.read_identity(Path(self._files[place].name))

    def action_move(self, by: int) -> None:
        """One file up or down, while the path stays where it is."""
        files = self.query_one(OptionList)
        if by > 0:
            files.action_cursor_down()
        else:
            files.action_cursor_up()

    def action_take(self) -> None:
        """Put it in the place of what was typed; nothing before one was read."""
        traits = self.desk.requests.snapshot.identities.read
        if traits is not None:
            self.dismiss()
            self._on_taken(traits)

    def action_close(self) -> None:
        """Go back; what was typed stays."""
        self.dismiss()


def file_line(say: Catalogue, one: IdentityFileView) -> str:
    """When it was written, and its name."""
    at = one.at.astimezone()
    date = {"day": f"{at.day:02}", "month": f"{at.month:02}", "year": at.year}
    when = say("dossier.past.when", time=time_of_day(one.at), **date)
    return f"{when}   {plain(one.name)}"


def identity_told(say: Catalogue, traits: Traits, snapshot: SiteSnapshot) -> Iterator[str]:
    """Every trait beside its name, then how far the identity is checked."""
    values = typed(traits, None)
    for field in fields(say):
        value = values.get(field.name, "")
        shown = {option.value: option.label for option in field.options}.get(value, value)
        if shown:
            yield say("dossier.import.line", label=field.label, value=plain(shown))
    filled = {field.name: "" for field in fields(say)} | values
    is_training = snapshot.dossier.is_training
    yield from warnings(say, filled, is_training=is_training)
    yield status_sentence(say, filled, traits, is_training=is_training)
