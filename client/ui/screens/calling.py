"""Whom to call: a GP of the contacts, or whoever opens an invitation."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import OptionList

from client.core.dossier.completeness import missing
from client.session.snapshot import ContactView, SiteSnapshot
from client.ui.desk import Desk
from client.ui.phrases import plain
from client.ui.screens.contacts import can_be_called, contact_lines, contact_option
from client.ui.screens.expertise import QuestionBox
from client.ui.screens.file_box import DOSSIER
from client.ui.site_screen import HELP, LATER, FlowScreen, KeyRows, StepLeft
from client.ui.steps import Step, patient_name, reason_of
from client.ui.widgets.pane import Sentence

_CALL: Final = Binding("enter", "call", "site.do.call")
_INVITE: Final = Binding("n", "invite", "site.do.invite_gp")
_ASK: Final = Binding("d", "ask", "site.do.ask_expertise")


class CallScreen(FlowScreen):
    """The contacts, those who can be called first; what is lacking says which key gives it."""

    STEP = Step.CALL
    CHOOSE: ClassVar[str] = "choose"
    ROWS: ClassVar[KeyRows] = ((_CALL, _INVITE, _ASK, DOSSIER, LATER, HELP),)
    BINDINGS: ClassVar[list[BindingType]] = [_INVITE, _ASK, DOSSIER, HELP]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._shown: tuple[ContactView, ...] | None = None

    def body(self) -> Iterable[Widget]:
        """About whom, what is lacking, whom to call."""
        contacts = OptionList(id="contacts", classes="panel")
        contacts.border_title = self.desk.say("dossier.call.title")
        return (Sentence(id="about"), Sentence(id="lacking"), contacts, Sentence(id="hint"))

    def on_mount(self) -> None:
        """Enter calls the first one."""
        super().on_mount()
        self.query_one(OptionList).focus()

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:  # noqa: ARG002 -- no ages here
        """Draw it; the list only when it has changed, so that the choice stays where it is."""
        say = self.desk.say
        who, why = plain(patient_name(snapshot)), plain(reason_of(snapshot))
        about = (
            "dossier.call.about_question" if snapshot.dossier.is_deferred else "dossier.call.about"
        )
        self.query_one("#about", Sentence).hold(
            say(
                about,
                patient=who or say("dossier.unnamed"),
                reason=why or say("dossier.reason.unsaid"),
            )
        )
        lacking = [say(f"dossier.missing.{one}") for one in missing(snapshot.dossier)]
        self.query_one("#lacking", Sentence).hold("\n".join(lacking))
        self.query_one("#lacking").set_class(bool(lacking), "-on")
        hint = self.CHOOSE if snapshot.contacts else "none"
        self.query_one("#hint", Sentence).hold(say(f"dossier.call.{hint}"))
        if snapshot.contacts != self._shown:
            self._shown = snapshot.contacts
            options = self.query_one(OptionList)
            options.clear_options()
            callable_first = sorted(snapshot.contacts, key=lambda view: not can_be_called(view))
            options.add_options([contact_option(say, view) for view in callable_first])
            options.action_first()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        """One who cannot be called says why: a call that fails would end this consultation."""
        known = {view.public.hex(): view for view in self._shown or ()}
        view = known.get(event.option.id or "")
        if view is None:
            return
        if not can_be_called(view):
            told = contact_lines(self.desk.say, view)[1]
            self.notify(told, markup=False, severity="warning")
        elif self._may_call():
            self._turn_to(view.public)

    def action_invite(self) -> None:
        """Make an invitation."""
        if self._may_call():
            self._turn_to(None)

    def action_ask(self) -> None:
        """A question to be answered without meeting, in place of a call."""
        self.app.push_screen(QuestionBox(self.desk))

    def _turn_to(self, contact: bytes | None) -> None:
        """Call this GP, or invite."""
        if contact is None:
            self.desk.requests.invite()
        else:
            self.desk.requests.call(contact)

    def _may_call(self) -> bool:
        lacking = missing(self.desk.requests.snapshot.dossier)
        if lacking:
            told = self.desk.say(f"dossier.missing.{lacking[0]}")
            self.notify(told, markup=False, severity="warning")
        return not lacking


class OtherGpScreen(CallScreen):
    """The same while somebody is awaited, who is awaited no more once another is chosen."""

    CHOOSE = "choose_other"
    COME = "dossier.arrived.back"
    ROWS: ClassVar[KeyRows] = ((_CALL, _INVITE, DOSSIER, LATER, HELP),)

    def action_ask(self) -> None:
        """A question without meeting is not asked in the middle of a call."""

    def _turn_to(self, contact: bytes | None) -> None:
        self.desk.requests.turn_to(contact)
        self.post_message(StepLeft())
