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
from client.ui.steps import current_step
from client.ui.widgets.key_bar import KeyBar
from client.ui.widgets.pane import Sentence

_CALL: Final = Binding("enter", "call", "site.do.call")
_REVOKE: Final = Binding("r", "revoke", "site.do.revoke")
_FORGET: Final = Binding("f", "forget", "site.do.forget")
_BACK: Final = Binding("escape", "close", "site.do.back")

_Armed = tuple[str, str]
"""What would be done at the second press of its key, and to whom."""


class ContactsBox(SiteModal):
    """One line for each; those that cannot be called say why. What cannot be undone takes two."""

    ROWS: ClassVar[KeyRows] = ((_CALL, _REVOKE, _FORGET, _BACK),)
    BINDINGS: ClassVar[list[BindingType]] = [_REVOKE, _FORGET, _BACK]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._shown: tuple[ContactView, ...] | None = None
        self._armed: _Armed | None = None

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
        options = self.query_one(OptionList)
        place = options.highlighted
        options.clear_options()
        options.add_options([contact_option(self.desk.say, view) for view in snapshot.contacts])
        last = len(snapshot.contacts) - 1
        options.highlighted = min(place or 0, last) if snapshot.contacts else None
        self._arm(None)

    @on(OptionList.OptionSelected)
    def _chosen(self) -> None:
        view = self._here()
        if view is None:
            return
        why = self._why_not(view)
        if why:
            self.notify(why, markup=False, severity="warning")
        else:
            self.desk.requests.call(view.public)
            self.dismiss()

    def _why_not(self, view: ContactView) -> str:
        """What stands in the way of calling this GP now; empty: nothing."""
        say, snapshot = self.desk.say, self.desk.requests.snapshot
        if not can_be_called(view):
            return contact_lines(say, view)[1]
        if not snapshot.missing:
            return ""
        step = current_step(snapshot, self.desk.now())
        return say("site.contacts.first", step=say(f"dossier.step.{step}"))

    @on(OptionList.OptionHighlighted)
    def _moved(self) -> None:
        view = self._here()
        if self._armed is not None and (view is None or view.public.hex() != self._armed[1]):
            self._arm(None)

    def action_revoke(self) -> None:
        """Refuse this GP from now on."""
        view = self._here()
        if view is not None and not view.is_revoked and self._is_sure("revoke", view):
            self.desk.requests.revoke_contact(view.public)

    def action_forget(self) -> None:
        """Delete all that is known of this GP."""
        view = self._here()
        if view is not None and self._is_sure("forget", view):
            self.desk.requests.forget_contact(view.public)

    def _here(self) -> ContactView | None:
        place = self.query_one(OptionList).highlighted
        return None if place is None or not self._shown else self._shown[place]

    def _is_sure(self, act: str, view: ContactView) -> bool:
        """Whether the same key was pressed before, for the same contact; else it is asked for."""
        armed = (act, view.public.hex())
        is_sure = self._armed == armed
        self._arm(None if is_sure else armed, plain(view.name))
        return is_sure

    def _arm(self, armed: _Armed | None, name: str = "") -> None:
        self._armed = armed
        usual = "choose" if self._shown else "none"
        notice = f"{armed[0]}_sure" if armed is not None else usual
        self.query_one("#notice", Sentence).hold(
            self.desk.say(f"site.contacts.{notice}", name=name)
        )

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()


def contact_option(say: Catalogue, view: ContactView) -> Option:
    """What a contact wrote is drawn as it is, never as markup."""
    lines = map(Content, contact_lines(say, view))
    return Option(Content("\n").join(lines), view.public.hex())


def contact_lines(say: Catalogue, view: ContactView) -> list[str]:
    """Who it is and whether it can be called."""
    state = "revoked" if view.is_revoked else "ready" if can_be_called(view) else "no_key"
    date = view.verified_at.astimezone().strftime("%d/%m/%Y")
    lines = [f"{plain(view.name)}  {plain(view.role)}", say(f"site.contacts.{state}", date=date)]
    if view.rpps:
        lines[0] += "  " + say("site.contacts.rpps", rpps=plain(view.rpps))
    if view.has_namesake:
        lines.append(say("site.contacts.namesake"))
    return lines


def can_be_called(view: ContactView) -> bool:
    """A key to call by is at hand, and nobody refused this GP here."""
    return view.can_be_called and not view.is_revoked
