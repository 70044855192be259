"""The text to read aloud, and what the patient agrees to, item by item (d-9, d-10)."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget

from client.core.dossier.consent import Consent, Giver, Item, Mode
from client.core.dossier.library import consent_text
from client.core.record import milliseconds
from client.session.snapshot import SiteSnapshot
from client.ui.desk import Desk
from client.ui.phrases import plain
from client.ui.screens.giver import GiverBox
from client.ui.site_screen import AGREED, HELP, LATER, FlowScreen, KeyRows, StepDone, StepLeft
from client.ui.steps import Step
from client.ui.widgets.key_bar import key_caps
from client.ui.widgets.pane import Pane, Sentence

_GIVER: Final = Binding("w", "next_giver", "site.do.consent_giver")
_MODE: Final = Binding("e", "next_mode", "site.do.consent_mode")
_DIGITS: Final = [
    Binding(str(number), f"refuse({number})", show=False) for number in range(1, len(Item) + 1)
]
_SCROLL: Final = [
    Binding("down,pagedown,space", "read_on", show=False),
    Binding("up,pageup", "read_back", show=False),
]

ItemMarks = tuple[tuple[str, str, str], ...]


class Items(Pane[ItemMarks]):
    """Key, yes or no, what."""

    DEFAULT_CSS = "Items { height: auto; padding: 0 1; }"

    def drawn(self, view: ItemMarks) -> Content:
        """Yes and no are words; a no is inverse as well."""
        return Content("\n").join(
            Content.assemble(
                key_caps([(key, "")]),
                (f"{answer:^5}", "bold reverse" if is_no else "bold"),
                f" {what}",
            )
            for key, (answer, is_no), what in (
                (key, (mark.lstrip("!"), mark.startswith("!")), what) for key, mark, what in view
            )
        )


class ConsentScreen(FlowScreen):
    """Read, asked, answered; each refusal is one key and is respected afterwards."""

    STEP = Step.CONSENT
    ROWS: ClassVar[KeyRows] = ((AGREED, _GIVER, _MODE, LATER, HELP),)
    BINDINGS: ClassVar[list[BindingType]] = [AGREED, _GIVER, _MODE, HELP, *_DIGITS, *_SCROLL]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        before = desk.requests.snapshot.dossier.consent
        self._refused = set(before.refused) if before else set()
        self._giver = before.given_by if before else Giver.PATIENT
        self._mode = before.mode if before else Mode.SPOKEN
        self._text = consent_text(desk.say.language)

    def body(self) -> Iterable[Widget]:
        """The text, who says yes and how, the items."""
        text = Sentence(id="consent_text")
        panel = VerticalScroll(text, classes="panel", id="reading", can_focus=False)
        panel.border_title = self.desk.say("dossier.consent.title")
        panel.border_subtitle = self.desk.say("dossier.consent.scroll", version=self._text.version)
        return (panel, Sentence(id="consent_who"), Items(id="items"))

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:  # noqa: ARG002 -- no ages here
        """Draw text and answers."""
        say = self.desk.say
        gp = plain(snapshot.gp_name) or say("dossier.consent.any_gp")
        read_by = plain(snapshot.dossier.operator.name) or say("dossier.consent.any_reader")
        names = {"{gp}": gp, "{operator}": read_by}
        text = self._text.text
        for mark, name in names.items():
            text = text.replace(mark, name)
        self.query_one("#consent_text", Sentence).hold(text.strip())
        self.query_one("#consent_who", Sentence).hold(
            say(
                "dossier.consent.who",
                giver=say(f"dossier.giver.{self._giver}"),
                mode=say(f"dossier.mode.{self._mode}"),
            )
        )
        self.query_one(Items).hold(
            tuple(
                (
                    str(number),
                    f"!{say('dossier.no')}" if item in self._refused else say("dossier.yes"),
                    say(f"dossier.item.{item}"),
                )
                for number, item in enumerate(Item, start=1)
            )
        )

    def _draw_again(self) -> None:
        self.show(self.desk.requests.snapshot, self.desk.now())

    def action_refuse(self, number: int) -> None:
        """No to this one, or yes after all."""
        self._refused ^= {list(Item)[number - 1]}
        self._draw_again()

    def action_next_giver(self) -> None:
        """Who consents."""
        givers = list(Giver)
        self._giver = givers[(givers.index(self._giver) + 1) % len(givers)]
        self._draw_again()

    def action_next_mode(self) -> None:
        """Spoken or written."""
        self._mode = Mode.WRITTEN if self._mode is Mode.SPOKEN else Mode.SPOKEN
        self._draw_again()

    def action_read_on(self) -> None:
        """Further down the text."""
        self.query_one("#reading", VerticalScroll).scroll_page_down(animate=False)

    def action_read_back(self) -> None:
        """Up again."""
        self.query_one("#reading", VerticalScroll).scroll_page_up(animate=False)

    def action_accept(self) -> None:
        """It was read, and this is what was said; whoever speaks for the patient has a name."""
        if self._giver is Giver.PATIENT:
            self._enter("")
            return
        before = self.desk.requests.snapshot.dossier.consent
        is_same = before is not None and before.given_by is self._giver
        name = before.giver_name if before is not None and is_same else ""
        self.app.push_screen(GiverBox(self.desk, self._giver, name, self._enter))

    def _enter(self, giver_name: str) -> None:
        snapshot = self.desk.requests.snapshot
        self.desk.requests.enter(
            Consent(
                version=self._text.version,
                text_sha256=self._text.sha256,
                language=self._text.language,
                read_by=snapshot.dossier.operator.name,
                given_by=self._giver,
                mode=self._mode,
                at_ms=milliseconds(self.desk.now()),
                refused=tuple(item for item in Item if item in self._refused),
                giver_name=giver_name,
            )
        )
        if Item.TELECONSULTATION in self._refused:
            self.notify(self.desk.say("dossier.missing.teleconsultation"), markup=False)
            self.post_message(StepLeft())
        else:
            if Item.ACCOMPANIMENT in self._refused:
                self.notify(self.desk.say("dossier.alone.soon"), markup=False)
            self.post_message(StepDone())
