"""Who the patient is, and where to call back: typed once, or scanned."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from client.core.dossier import datamatrix
from client.core.dossier.file import Contact
from client.errors import ChevetError
from client.session.snapshot import SiteSnapshot
from client.ui.desk import Desk
from client.ui.identity_fields import (
    BirthDateError,
    contact_of,
    fields,
    traits_of,
    typed,
    warnings,
)
from client.ui.site_screen import ACCEPT, HELP_TYPING, LATER, NEXT, FlowScreen, KeyRows, StepDone
from client.ui.steps import Step
from client.ui.widgets.form import Form
from client.ui.widgets.pane import Sentence

_PREFIX = "patient."


class PatientScreen(FlowScreen):
    """Nobody without papers is turned away; an address and a number are needed to call (d-7)."""

    STEP = Step.PATIENT
    ROWS: ClassVar[KeyRows] = ((NEXT, ACCEPT, LATER, HELP_TYPING),)
    BINDINGS: ClassVar[list[BindingType]] = [
        ACCEPT,
        HELP_TYPING,
        Binding("enter", "accept", show=False),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        dossier = desk.requests.snapshot.dossier
        kept = {
            name.removeprefix(_PREFIX): value
            for name, value in desk.drafts.fields.items()
            if name.startswith(_PREFIX)
        }
        place = Contact(address=desk.requests.snapshot.place_address)
        self._first = typed(dossier.traits, dossier.contact or place) | kept
        self._oid = self._first.get("oid", "")

    def body(self) -> Iterable[Widget]:
        """The form, and what does not go together."""
        yield Sentence(id="doubts")
        yield Form(fields(self.desk.say), self._first)

    def on_mount(self) -> None:
        """Begin where nothing is written yet."""
        super().on_mount()
        self.query_one(Form).focus_first()

    @property
    def _values(self) -> dict[str, str]:
        return self.query_one(Form).values | {"oid": self._oid}

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:  # noqa: ARG002 -- no ages here
        """Draw the doubts."""
        say = self.desk.say
        told = list(warnings(say, self._values, is_training=snapshot.dossier.is_training))
        lines = told or [say("dossier.patient.hint")]
        self.query_one("#doubts", Sentence).hold("\n".join(lines))

    @on(Form.Typed)
    def _keep(self, event: Form.Typed) -> None:
        if event.name == "matricule" and not event.value:
            self._oid = ""
        self.desk.drafts.fields[_PREFIX + event.name] = event.value
        if datamatrix.HEADER.match(event.value) is None:
            self.show(self.desk.requests.snapshot, self.desk.now())

    @on(Form.Completed)
    def _completed(self) -> None:
        self.action_accept()

    @on(Form.Left)
    def _left(self, event: Form.Left) -> None:
        """A scanner ends what it types with Enter."""
        if event.name == "birth_name" and datamatrix.HEADER.match(event.value):
            self._scan(event.value)

    def _scan(self, text: str) -> None:
        form = self.query_one(Form)
        try:
            traits = datamatrix.read(text)
        except ChevetError as error:
            form.fill({"birth_name": ""})
            form.focus_field("birth_name")
            self.notify(" ".join(self.desk.say.explain(error)), markup=False, severity="warning")
            return
        found = typed(traits, None)
        self._oid = found.pop("oid")
        self.desk.drafts.fields[f"{_PREFIX}oid"] = self._oid
        form.fill(found)
        form.focus_first()

    def action_accept(self) -> None:
        """Enter it all; a wrong number is put right or taken out first, and told at the top."""
        snapshot = self.desk.requests.snapshot
        try:
            traits = traits_of(self._values, is_training=snapshot.dossier.is_training)
        except ChevetError as error:
            wrong = "birth_date" if isinstance(error, BirthDateError) else "matricule"
            self.query_one(Form).focus_field(wrong)
            self.app.bell()
            return
        contact = contact_of(self._values)
        self.desk.requests.enter(traits)
        self.desk.requests.enter(contact)
        lacking = "address" if not contact.address else "callback"
        is_whole = contact.address and any(map(str.isdigit, contact.callback))
        if is_whole or snapshot.dossier.is_deferred:
            self.post_message(StepDone())
        else:
            self.query_one(Form).focus_field(lacking)
            self.notify(self.desk.say(f"dossier.missing.{lacking}"), markup=False)
