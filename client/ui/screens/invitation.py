"""The link to give the GP, and what can be done while waiting."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget

from client.session.snapshot import SiteSnapshot
from client.ui.phrases import link_sentence, plain, seconds_since, time_of_day
from client.ui.screens.calling import OtherGpScreen
from client.ui.screens.file_box import DOSSIER
from client.ui.screens.waiting import WaitingScreen
from client.ui.site_screen import HELP, QUIT, KeyRows, SiteScreen
from client.ui.steps import Step, patient_name
from client.ui.waiting_words import waiting_sentence
from client.ui.widgets.pane import Sentence
from client.ui.widgets.qr_code import QrCode

_LEAVE_WAITING: Final = Binding("l", "leave_waiting", "site.do.leave_waiting")
_OTHER_GP: Final = Binding("a", "other_gp", "site.do.other_gp")
_COPY: Final = Binding("c", "copy", "site.do.copy")
_MINUTE_S: Final = 60


class InvitationScreen(SiteScreen):
    """Link, QR code, waiting; what was entered can be put right meanwhile."""

    STEP = Step.CALL
    ROWS: ClassVar[KeyRows] = ((_LEAVE_WAITING, _OTHER_GP, _COPY, DOSSIER, QUIT, HELP),)
    BINDINGS: ClassVar[list[BindingType]] = [
        *(_LEAVE_WAITING, _OTHER_GP, _COPY, DOSSIER, QUIT, HELP)
    ]

    def body(self) -> Iterable[Widget]:
        """Words on the left, the code on the right."""
        words = VerticalScroll(
            Sentence(id="waiting"),
            Sentence(id="estimate"),
            Sentence(id="how"),
            Sentence(id="link"),
            Sentence(id="until"),
            Sentence(id="meanwhile"),
            id="words",
            can_focus=False,
        )
        return (Horizontal(words, QrCode(id="code"), id="invitation"),)

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:
        """Draw the link and who is awaited."""
        say = self.desk.say
        self._draw_estimate(snapshot, now)
        if snapshot.calling is not None:
            self._draw_call(snapshot)
            return
        invitation = snapshot.invitation
        url = invitation.url if invitation else ""
        self.query_one("#waiting", Sentence).hold(link_sentence(say, snapshot, now))
        self.query_one("#how", Sentence).hold(say("site.invitation.how"))
        self.query_one("#link", Sentence).hold(url or say("site.invitation.preparing"))
        self.query_one("#until", Sentence).hold(self._until(snapshot, now))
        self.query_one("#meanwhile", Sentence).hold(self._meanwhile(snapshot))
        self.query_one(QrCode).hold((url, say("site.invitation.too_small") if url else ""))

    def _draw_estimate(self, snapshot: SiteSnapshot, now: datetime) -> None:
        """What the GP said while the patient waits."""
        told = waiting_sentence(self.desk.say, snapshot, now)
        words = plain(snapshot.gp_waiting.text) if snapshot.gp_waiting else ""
        estimate = "\n".join(filter(None, (told, f"« {words} »" if words else "")))
        self.query_one("#estimate", Sentence).hold(estimate)
        self.query_one("#estimate").display = bool(estimate)

    def _draw_call(self, snapshot: SiteSnapshot) -> None:
        """No link to give: the GP is known, and may be away."""
        say, calling = self.desk.say, snapshot.calling
        name = plain(calling.name) if calling else ""
        step = "waiting" if snapshot.is_waiting_for_page else "sending"
        self.query_one("#waiting", Sentence).hold(say(f"site.calling.{step}", name=name))
        self.query_one("#how", Sentence).hold(say("site.calling.known"))
        self.query_one("#meanwhile", Sentence).hold(self._meanwhile(snapshot))

    def _until(self, snapshot: SiteSnapshot, now: datetime) -> str:
        if snapshot.invitation is None:
            return ""
        expires_at = snapshot.invitation.expires_at
        if expires_at <= now:
            return self.desk.say("site.invitation.expired")
        minutes = -(-seconds_since(now, expires_at) // _MINUTE_S)
        return self.desk.say("site.invitation.until", time=time_of_day(expires_at), minutes=minutes)

    def _meanwhile(self, snapshot: SiteSnapshot) -> str:
        name = plain(patient_name(snapshot)) or self.desk.say("dossier.unnamed")
        return self.desk.say("site.invitation.patient_known", name=name)

    def action_leave_waiting(self) -> None:
        """Serve the counter; the bell and a flash call back."""
        self.app.push_screen(WaitingScreen(self.desk))

    def action_other_gp(self) -> None:
        """Choose another GP; whoever is awaited is awaited until then."""
        if self.desk.requests.snapshot.dossier.is_deferred:
            told = self.desk.say("dossier.expertise.stays")
            self.notify(told, markup=False, severity="warning")
        else:
            self.app.push_screen(OtherGpScreen(self.desk))

    def action_copy(self) -> None:
        """Put the link on the clipboard."""
        invitation = self.desk.requests.snapshot.invitation
        if invitation:
            self.app.copy_to_clipboard(invitation.url)
            self.notify(self.desk.say("site.invitation.copied"), markup=False)
