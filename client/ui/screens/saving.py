"""Where the documents are saved as files: what is done where nothing prints."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from client.ui.desk import Desk
from client.ui.site_screen import KeyRows, SiteModal
from client.ui.widgets.key_bar import KeyBar
from client.ui.widgets.pane import Sentence

PATH_LIMIT: Final = 4_096
"""Characters; Linux's own bound of a path (limits.h, PATH_MAX)."""

_SAVE: Final = Binding("enter", "save", "site.do.save_files")
_BACK: Final = Binding("escape", "close", "site.do.back")


class SavingBox(SiteModal):
    """One folder; the one before, and at first the person's own, is there already."""

    ROWS: ClassVar[KeyRows] = ((_SAVE, _BACK),)
    BINDINGS: ClassVar[list[BindingType]] = [_BACK]

    def __init__(self, desk: Desk, save: Callable[[Path], None]) -> None:
        """`save` is what is asked for, once the folder is known."""
        super().__init__(desk)
        self._save_into = save
        folder = desk.drafts.folder or str(Path.home())
        self._folder = Input(folder, max_length=PATH_LIMIT, select_on_focus=False, id="folder")

    def compose(self) -> ComposeResult:
        """What is done, the folder, the keys."""
        what = Sentence(id="notice")
        what.hold(self.desk.say("dossier.saving.what"))
        with Vertical(classes="box") as box:
            box.border_title = self.desk.say("dossier.saving.title")
            yield what
            yield self._folder
            yield KeyBar(self.desk.say, self.ROWS[0])

    @on(Input.Submitted)
    def _save(self) -> None:
        folder = self._folder.value.strip()
        if folder:
            self.desk.drafts.folder = folder
            self._save_into(Path(folder))
            self.dismiss()

    def action_close(self) -> None:
        """Go back; nothing is saved."""
        self.dismiss()
