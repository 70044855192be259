"""The words to read aloud: the one moment where trust is made."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from client.session.snapshot import SiteSnapshot
from client.ui.letters import large
from client.ui.phrases import link_sentence
from client.ui.screens.file_box import DOSSIER
from client.ui.site_screen import HELP, LEAVE, KeyRows, SiteScreen
from client.ui.steps import Step
from client.ui.widgets.key_bar import key_caps
from client.ui.widgets.pane import Pane, Sentence

_EQUAL: Final = Binding("o", "compare(True)", "site.do.words_equal")
_DIFFERENT: Final = Binding("x", "compare(False)", "site.do.words_differ")
_SMALL_CELLS: Final = 12
_ROOMY_SCALE: Final = 2
_ROOMY_ROWS: Final = 27
"""Four words of six rows, and the gaps between them."""


class Words(Pane[tuple[str, ...]]):
    """Each word twice: in ordinary letters, and large."""

    def drawn(self, view: tuple[str, ...]) -> Content:
        """One word under the other, as large as there is room for."""
        scale = _ROOMY_SCALE if self.content_size.height >= _ROOMY_ROWS else 1
        blocks = []
        for word in view:
            rows = large(word, scale)
            names = [word if row == len(rows) // 2 else "" for row in range(len(rows))]
            lines = (name.ljust(_SMALL_CELLS) + row for name, row in zip(names, rows, strict=True))
            blocks.append("\n".join(lines))
        return Content.styled("\n\n".join(blocks), "bold")


class Choice(Pane[tuple[tuple[str, str], ...]]):
    """The two answers, one below the other."""

    def drawn(self, view: tuple[tuple[str, str], ...]) -> Content:
        """Key and meaning."""
        return Content("\n").join(key_caps([answer]) for answer in view)


class WordsScreen(SiteScreen):
    """Compare by voice; equal opens the consultation, different stops it."""

    STEP = Step.CALL
    ROWS: ClassVar[KeyRows] = ((_EQUAL, _DIFFERENT, DOSSIER, LEAVE, HELP),)
    BINDINGS: ClassVar[list[BindingType]] = [_EQUAL, _DIFFERENT, DOSSIER, LEAVE, HELP]

    def body(self) -> Iterable[Widget]:
        """What to do, the words, the answers, the line."""
        return (Sentence(id="task"), Words(id="spoken"), Choice(id="choice"), Sentence(id="line"))

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:
        """Draw the words."""
        say = self.desk.say
        task = "site.words.gp_agreed" if snapshot.words_confirmed_by_gp else "site.words.task"
        warning = f"{say('site.words.namesake')}\n" if snapshot.has_namesake else ""
        self.query_one("#task", Sentence).hold(warning + say(task))
        self.query_one(Words).hold(snapshot.words)
        self.query_one(Choice).hold(
            (("o", say("site.words.equal")), ("x", say("site.words.differ")))
        )
        self.query_one("#line", Sentence).hold(link_sentence(say, snapshot, now))

    def action_compare(self, equal: bool) -> None:  # noqa: FBT001 -- Textual passes it so
        """Tell the session what the person found."""
        if self.desk.requests.snapshot.words:
            self.desk.requests.compare_words(equal=equal)
