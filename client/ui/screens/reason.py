"""Why the patient comes, and the questions that go with it."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from client.core.dossier.background import Answer, Background
from client.core.dossier.library import protocol, protocols
from client.session.snapshot import SiteSnapshot
from client.ui.desk import Desk
from client.ui.question_fields import answers_of, question_fields, typed_answers, with_others
from client.ui.site_screen import (
    ACCEPT,
    HELP_TYPING,
    LATER,
    NEXT,
    FlowScreen,
    KeyRows,
    StepDone,
    StepOpened,
)
from client.ui.steps import Step
from client.ui.widgets.choice import Option
from client.ui.widgets.form import Field, Form
from client.ui.widgets.pane import Sentence

REASON_LIMIT: Final = 300
"""Characters; chosen: two lines on the GP's page."""
_KEYS: Final = "123456789abcdefghijklmnopqrstuvwxyz"
_REASON: Final = "reason.reason"
_PROTOCOL: Final = "reason.protocol"
_NONE: Final = "none"


class ReasonScreen(FlowScreen):
    """The reason first, then one key for a ready-made protocol."""

    STEP = Step.REASON
    ROWS: ClassVar[KeyRows] = ((NEXT, ACCEPT, LATER, HELP_TYPING),)
    BINDINGS: ClassVar[list[BindingType]] = [ACCEPT, HELP_TYPING]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        before = desk.requests.snapshot.dossier.background or Background()
        drafts = desk.drafts.fields
        self._first = {
            "reason": drafts.get(_REASON, before.reason),
            "protocol": drafts.get(_PROTOCOL, before.protocol),
        }

    def body(self) -> Iterable[Widget]:
        """Two fields."""
        say = self.desk.say
        found = protocols(say.language)
        options = (
            Option("0", _NONE, say("dossier.protocol.none")),
            *(Option(key, one.name, one.title) for key, one in zip(_KEYS, found, strict=False)),
        )
        label = say("dossier.field.reason")
        reason = Field("reason", label, hint=say("dossier.field.reason.hint"), limit=REASON_LIMIT)
        choice = Field("protocol", say("dossier.field.protocol"), options, is_stacked=True)
        yield Sentence(id="doubts")
        yield Form((reason, choice), self._first)

    def on_mount(self) -> None:
        """Begin to type at once."""
        super().on_mount()
        self.query_one(Form).focus_field("reason")

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:  # noqa: ARG002 -- nothing of it
        """Say what the protocol is for."""
        self.query_one("#doubts", Sentence).hold(self.desk.say("dossier.reason.hint"))

    @on(Form.Typed)
    def _keep(self, event: Form.Typed) -> None:
        self.desk.drafts.fields[f"reason.{event.name}"] = event.value

    @on(Form.Completed)
    def _completed(self) -> None:
        self.action_accept()

    def action_accept(self) -> None:
        """Enter the reason, and go on to the questions."""
        values = self.query_one(Form).values
        if not values["reason"]:
            self.query_one(Form).focus_field("reason")
            return
        name = "" if values["protocol"] == _NONE else values["protocol"]
        before = self.desk.requests.snapshot.dossier.background
        answers: tuple[Answer, ...] = before.answers if before else ()
        self.desk.requests.enter(Background(values["reason"], answers, name))
        self.post_message(StepOpened(QuestionsScreen))


class QuestionsScreen(FlowScreen):
    """Short answers, none of them required; F2 at any time."""

    STEP = Step.REASON
    ROWS: ClassVar[KeyRows] = ((NEXT, ACCEPT, LATER, HELP_TYPING),)
    BINDINGS: ClassVar[list[BindingType]] = [
        ACCEPT,
        HELP_TYPING,
        Binding("enter", "accept", show=False),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        dossier = desk.requests.snapshot.dossier
        self._before = dossier.background or Background()
        chosen = protocol(self._before.protocol, desk.say.language)
        self._title = chosen.title if chosen else ""
        self._questions = question_fields(desk.say, chosen, dossier.traits)
        self._first = typed_answers(self._before.answers) | {
            name.removeprefix("question."): value
            for name, value in desk.drafts.fields.items()
            if name.startswith("question.")
        }

    def body(self) -> Iterable[Widget]:
        """The protocol's questions."""
        yield Sentence(id="doubts")
        yield Form(tuple(field for _, field in self._questions), self._first)

    def on_mount(self) -> None:
        """Begin with the first that is not answered."""
        super().on_mount()
        self.query_one(Form).focus_first()

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:  # noqa: ARG002 -- nothing of it
        """Say which protocol asks."""
        hint = self.desk.say("dossier.questions.hint")
        title = f"{self._title}. {hint}" if self._title else hint
        self.query_one("#doubts", Sentence).hold(title)

    @on(Form.Typed)
    def _keep(self, event: Form.Typed) -> None:
        self.desk.drafts.fields[f"question.{event.name}"] = event.value

    @on(Form.Completed)
    def _completed(self) -> None:
        self.action_accept()

    def action_accept(self) -> None:
        """Enter what was answered; answers to questions not asked here stay."""
        found = answers_of(self.desk.say, self._questions, self.query_one(Form).values)
        answers = with_others(found, self._questions, self._before.answers)
        background = Background(self._before.reason, answers, self._before.protocol)
        self.desk.requests.enter(background)
        self.post_message(StepDone())
