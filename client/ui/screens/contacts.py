"""The GPs whose keys are pinned here: one of them is called, without an invitation."""

from datetime import datetime
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from client.catalogue import Catalogue
from client.session.snapshot import ContactView, SiteSnapshot
from client.ui.desk import Desk
from client.ui.phrases import plain
from client.ui.site_screen import KeyRows, SiteModal
from client.ui.widgets.key_bar import KeyBar
from client.ui.widgets.pane import Sentence

_CALL: Final = Binding("enter", "call", "site.do.call")
_BACK: Final = Binding("escape", "close", "site.do.back")


class ContactsBox(SiteModal):
    """One line for each; those that cannot be called say why and cannot be chosen."""

    ROWS: ClassVar[KeyRows] = ((_CALL, _BACK),)
    BINDINGS: ClassVar[list[BindingType]] = [_BACK]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._shown: tuple[ContactView, ...] | None = None

    def compose(self) -> ComposeResult:
        """The list, or how one comes to have one."""
        say = self.desk.say
        with Vertical(classes="box") as box:
            box.border_title = say("site.contacts.title")
            yield Sentence(id="notice")
            yield OptionList(id="contacts")
            yield KeyBar(say, self.ROWS[0])

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:  # noqa: ARG002 -- no ages here
        """Draw the list again only when it has changed, so that the choice stays where it is."""
        if snapshot.contacts == self._shown:
            return
        self._shown = snapshot.contacts
        notice = "choose" if snapshot.contacts else "none"
        self.query_one("#notice", Sentence).hold(self.desk.say(f"site.contacts.{notice}"))
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options([contact_option(self.desk.say, view) for view in snapshot.contacts])

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        if event.option.id is not None:
            self.desk.requests.call(bytes.fromhex(event.option.id))
            self.dismiss()

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()


def contact_option(say: Catalogue, view: ContactView) -> Option:
    """One that can be chosen only if it can be called.

    What a contact wrote is drawn as it is, never as markup.
    """
    can_be_called = view.can_be_called and not view.is_revoked
    state = "revoked" if view.is_revoked else "ready" if can_be_called else "no_key"
    date = view.verified_at.astimezone().strftime("%d/%m/%Y")
    lines = [f"{plain(view.name)}  {plain(view.role)}", say(f"site.contacts.{state}", date=date)]
    if view.has_namesake:
        lines.append(say("site.contacts.namesake"))
    return Option(Content("\n").join(map(Content, lines)), view.public.hex(), not can_be_called)
