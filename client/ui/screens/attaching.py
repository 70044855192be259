"""A letter or an earlier result for the GP, from a file of this computer; and what became of it."""

import os
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
from client.core.dossier.consent import is_picture
from client.session.sending import (
    FileState,
    FileUnreadableError,
    SentFileView,
    media_type_of,
    parts_of,
)
from client.session.snapshot import SiteSnapshot
from client.ui.desk import Desk
from client.ui.path_completion import PathCompletion
from client.ui.phrases import plain
from client.ui.screens.saving import PATH_LIMIT
from client.ui.site_screen import KeyRows, SiteModal
from client.ui.steps import pictures_refused
from client.ui.widgets.key_bar import KeyBar
from client.ui.widgets.pane import Sentence

_SEND: Final = Binding("enter", "send", "site.do.send_file")
_WITHDRAW: Final = Binding("f2", "withdraw", "site.do.withdraw_file")
_BACK: Final = Binding("escape", "close", "site.do.back")
_MOVE: Final = [
    Binding("down", "move(1)", show=False, priority=True),
    Binding("up", "move(-1)", show=False, priority=True),
]
_PERCENT: Final = 100


class AttachingBox(SiteModal):
    """A path, completed by the right arrow, above the files that were sent before."""

    ROWS: ClassVar[KeyRows] = ((_SEND, _WITHDRAW, _BACK),)
    BINDINGS: ClassVar[list[BindingType]] = [_WITHDRAW, _BACK, *_MOVE]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._path = Input(
            f"{Path.home()}{os.sep}",
            max_length=PATH_LIMIT,
            select_on_focus=False,
            suggester=PathCompletion(),
            id="path",
        )
        self._lines: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """What may be sent, the path, the files, the keys."""
        say = self.desk.say
        what = Sentence(id="notice")
        what.hold(f"{say('site.attach.what')} {say('site.attach.complete')}")
        files = OptionList(id="files")
        files.can_focus = False
        with Vertical(classes="box") as box:
            box.border_title = say("site.attach.title")
            yield what
            yield self._path
            yield Sentence(id="wrong")
            yield files
            yield KeyBar(say, self.ROWS[0])

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:  # noqa: ARG002 -- no ages here
        """Draw each file as far as it has come; the one that is marked stays marked."""
        lines = tuple(sent_line(self.desk.say, view) for view in snapshot.sent_files)
        files = self.query_one(OptionList)
        files.display = bool(lines)
        if lines == self._lines:
            return
        place = files.highlighted if len(lines) == len(self._lines) else len(lines) - 1
        self._lines = lines
        files.clear_options()
        files.add_options([Option(line) for line in lines])
        files.highlighted = place

    @on(Input.Submitted)
    def _send(self) -> None:
        wrong = send_path(self.desk, self._path.value)
        self.query_one("#wrong", Sentence).hold(wrong)
        if not wrong:  # and a second Enter sends nothing twice
            self._path.value = f"{Path(self._path.value.strip()).parent}{os.sep}"
            self._path.action_end()

    def action_move(self, by: int) -> None:
        """One file up or down, while the path stays where it is."""
        files = self.query_one(OptionList)
        if by > 0:
            files.action_cursor_down()
        else:
            files.action_cursor_up()

    def action_withdraw(self) -> None:
        """Send no more of the file that is marked; nothing once the GP has all of it."""
        place = self.query_one(OptionList).highlighted
        sent = self.desk.requests.snapshot.sent_files
        if place is not None and place < len(sent):
            self.desk.requests.cancel_file(sent[place].number)

    def action_close(self) -> None:
        """Go back; what is on its way goes on."""
        self.dismiss()


def send_path(desk: Desk, typed: str) -> str:
    """Send the file of this path, or say why not; empty: it is on its way."""
    try:
        path = Path(typed.strip()).expanduser()
    except RuntimeError:  # of nobody this machine knows
        return " ".join(desk.say.explain(FileUnreadableError()))
    media_type = media_type_of(path)
    if media_type is None:
        return desk.say("site.attach.kind")
    if is_picture(media_type) and pictures_refused(desk.requests.snapshot.dossier):
        return desk.say("dossier.pictures_off")
    desk.requests.send_file(parts_of(path, media_type), plain(path.stem), media_type)
    return ""


def sent_line(say: Catalogue, view: SentFileView) -> str:
    """Its name, and how far it has come or why it does not."""
    if view.failure is not None:
        told = " ".join(say.explain(view.failure))
    elif view.state is FileState.SENDING and view.total:
        told = say("site.attach.sending", pct=_PERCENT * view.sent // view.total)
    else:
        told = say(f"site.attach.{view.state}")
    return f"{view.label}   {told}"
