"""What each key of the screen underneath does."""

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content

from client.catalogue import Catalogue
from client.session.snapshot import SiteSnapshot
from client.ui.desk import Desk
from client.ui.site_screen import KeyRows, SiteModal
from client.ui.widgets.key_bar import KeyBar, key_name
from client.ui.widgets.pane import Pane

_BACK: Final = Binding("escape", "close", "site.do.back")
_KEY_CELLS: Final = 4


def help_of(say: Catalogue, binding: Binding) -> str:
    """The sentence that goes with a binding described as ``site.do.<name>``."""
    return say(binding.description.replace("site.do.", "site.help.", 1))


def vital_names(say: Catalogue, snapshot: SiteSnapshot) -> tuple[tuple[str, str], ...]:
    """The vitals on the screen whose name is short there, each with its whole one."""
    there = dict.fromkeys(view.vital.code for view in (*snapshot.vitals, *snapshot.apart))
    names = ((say(f"site.vital.{code}"), say(f"vital.{code}")) for code in there)
    return tuple((short, whole) for short, whole in names if short != whole)


class HelpLines(Pane[tuple[tuple[str, str], ...]]):
    """A key, or what else is short on the screen, and its sentence."""

    DEFAULT_CSS = "HelpLines { height: auto; }"

    def drawn(self, view: tuple[tuple[str, str], ...]) -> Content:
        """One line a key."""
        return Content("\n").join(
            Content.assemble((key, "bold reverse"), " " * max(1, _KEY_CELLS - len(key)), sentence)
            for key, sentence in view
        )


class HelpBox(SiteModal):
    """The keys do here what they do underneath: nothing; only going back works."""

    ROWS: ClassVar[KeyRows] = ((_BACK,),)
    BINDINGS: ClassVar[list[BindingType]] = [_BACK, Binding("question_mark", "close", show=False)]

    def __init__(self, desk: Desk, rows: KeyRows) -> None:
        super().__init__(desk)
        self._rows = rows

    def compose(self) -> ComposeResult:
        """The list and the way back."""
        say = self.desk.say
        keys = ((key_name(say, b.key), help_of(say, b)) for row in self._rows for b in row)
        lines = HelpLines()
        lines.hold((*keys, *vital_names(say, self.desk.requests.snapshot)))
        with Vertical(classes="box") as box:
            box.border_title = say("site.help.title")
            yield VerticalScroll(lines, classes="scroll")
            yield KeyBar(say, self.ROWS[0])

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()
