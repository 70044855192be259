"""How to go on when the picture is impossible: by voice, by telephone, later (d-6)."""

from datetime import datetime
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content

from client.core.dossier.ending import Alternative
from client.session.snapshot import SiteSnapshot
from client.ui.desk import Desk
from client.ui.letters import large
from client.ui.phrases import plain
from client.ui.site_screen import KeyRows, SiteModal
from client.ui.widgets.key_bar import KeyBar, key_caps
from client.ui.widgets.pane import Pane, Sentence

_BACK: Final = Binding("escape", "close", "site.do.back")
_ROOMY_CELLS: Final = 140
_ROOMY_SCALE: Final = 2
_READ_ON: Final = Binding("space", "read_on", "site.do.read_on")
_DIGITS: Final = [
    Binding(str(number), f"choose({number})", show=False)
    for number in range(1, len(Alternative) + 1)
]


class Ways(Pane[tuple[tuple[str, str, str], ...]]):
    """Key, way, what it means."""

    DEFAULT_CSS = "Ways { height: auto; }"

    def drawn(self, view: tuple[tuple[str, str, str], ...]) -> Content:
        """Two lines each."""
        return Content("\n").join(
            Content.assemble(key_caps([(key, name)]), f"\n  {means}") for key, name, means in view
        )


class LargeText(Pane[str]):
    """Digits and capitals to be read from across the room."""

    DEFAULT_CSS = "LargeText { height: auto; }"

    def drawn(self, view: str) -> Content:
        """As wide as there is room for; words stay whole where they can."""
        width = max(1, self.content_size.width)
        scale = _ROOMY_SCALE if width >= _ROOMY_CELLS else 1
        rows: list[str] = []
        line: list[str] = []
        for word in view.split():
            wider = [*line, word]
            if line and len(large(" ".join(wider), scale)[0]) > width:
                rows += [*large(" ".join(line), scale), ""]
                wider = [word]
            line = wider
        return Content("\n").join(map(Content, [*rows, *large(" ".join(line), scale)]))


class OtherwiseBox(SiteModal):
    """Four ways, a digit each."""

    ROWS: ClassVar[KeyRows] = ((_BACK,),)
    BINDINGS: ClassVar[list[BindingType]] = [_BACK, *_DIGITS]

    def compose(self) -> ComposeResult:
        """What can be done, and what each means."""
        say = self.desk.say
        told, ways = Sentence(id="notice"), Ways()
        told.hold(say("dossier.otherwise.hint"))
        ways.hold(
            tuple(
                (str(number), say(f"dossier.way.{way}"), say(f"dossier.way.{way}.means"))
                for number, way in enumerate(Alternative, start=1)
            )
        )
        with Vertical(classes="box") as box:
            box.border_title = say("dossier.otherwise.title")
            yield told
            yield ways
            yield KeyBar(say, self.ROWS[0])

    def action_choose(self, number: int) -> None:
        """Go on like this."""
        way = list(Alternative)[number - 1]
        self.dismiss()
        self.desk.requests.go_on(way)
        if way is Alternative.TELEPHONE:
            self.app.push_screen(TelephoneBox(self.desk))
        else:
            self.app.notify(self.desk.say(f"dossier.way.{way}.noted"), markup=False)

    def action_close(self) -> None:
        """Go on as before."""
        self.dismiss()


class TelephoneBox(SiteModal):
    """The number the GP calls, large."""

    ROWS: ClassVar[KeyRows] = ((_BACK,),)
    BINDINGS: ClassVar[list[BindingType]] = [_BACK]

    def compose(self) -> ComposeResult:
        """Who calls whom, and the number."""
        with Vertical(classes="box wide_box") as box:
            box.border_title = self.desk.say("dossier.way.telephone")
            yield Sentence(id="notice")
            yield LargeText()
            yield KeyBar(self.desk.say, self.ROWS[0])

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:  # noqa: ARG002 -- no ages here
        """The number as it was typed; said when there is none."""
        contact = snapshot.dossier.contact
        number = plain(contact.callback) if contact else ""
        key = "number" if number else "no_number"
        self.query_one("#notice", Sentence).hold(
            self.desk.say(f"dossier.telephone.{key}", number=number)
        )
        self.query_one(LargeText).hold(number)

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()


class LargeChatBox(SiteModal):
    """The newest line of the GP's, in letters that the patient can read."""

    ROWS: ClassVar[KeyRows] = ((_READ_ON, _BACK),)
    BINDINGS: ClassVar[list[BindingType]] = [
        _READ_ON,
        _BACK,
        Binding("z", "close", show=False),
        Binding("up", "read_back", show=False),
    ]

    def __init__(self, desk: Desk, text: str) -> None:
        super().__init__(desk)
        self._text = text

    def compose(self) -> ComposeResult:
        """In ordinary letters, then large; the large ones scroll away first."""
        written, drawn = Sentence(id="notice"), LargeText()
        written.hold(self._text)
        drawn.hold(self._text)
        with Vertical(classes="box full_box") as box:
            box.border_title = self.desk.say("dossier.chat.title")
            yield written
            yield VerticalScroll(drawn, classes="scroll", can_focus=False)
            yield KeyBar(self.desk.say, self.ROWS[0])

    def action_read_on(self) -> None:
        """Further down."""
        self.query_one(VerticalScroll).scroll_page_down(animate=False)

    def action_read_back(self) -> None:
        """Up again."""
        self.query_one(VerticalScroll).scroll_page_up(animate=False)

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()
