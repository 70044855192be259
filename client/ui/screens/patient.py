"""Who the patient is, and where to call back: typed once, scanned, or imported."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from client.core.dossier import datamatrix
from client.core.dossier.file import Contact
from client.core.dossier.traits import Traits
from client.errors import ChevetError
from client.session.snapshot import SiteSnapshot
from client.ui.desk import Desk
from client.ui.identity_fields import (
    BirthDateError,
    contact_of,
    fields,
    received_of,
    status_sentence,
    traits_of,
    typed,
    warnings,
)
from client.ui.screens.importing import ImportBox
from client.ui.site_screen import ACCEPT, HELP_TYPING, LATER, NEXT, FlowScreen, KeyRows, StepDone
from client.ui.steps import Step
from client.ui.widgets.form import Form
from client.ui.widgets.pane import Sentence

_PREFIX = "patient."
_IMPORT: Final = Binding("f5", "import_identity", "site.do.import_identity")


class PatientScreen(FlowScreen):
    """Nobody without papers is turned away; an address and a number are needed to call (d-7)."""

    STEP = Step.PATIENT
    ROWS: ClassVar[KeyRows] = ((NEXT, ACCEPT, _IMPORT, LATER, HELP_TYPING),)
    BINDINGS: ClassVar[list[BindingType]] = [
        ACCEPT,
        _IMPORT,
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
        self._received = desk.drafts.received or received_of(dossier.traits)

    def body(self) -> Iterable[Widget]:
        """What does not go together, how far the identity is checked, the form."""
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
        """Draw the doubts; while there are none, what to do as well."""
        say = self.desk.say
        is_training = snapshot.dossier.is_training
        doubts = [*warnings(say, self._values, is_training=is_training)]
        known = status_sentence(say, self._values, self._received, is_training=is_training)
        told = [*doubts, known] if doubts else [f"{known} {say('dossier.patient.hint')}"]
        self.query_one("#doubts", Sentence).hold("\n".join(filter(None, told)))

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
        self._fill(traits)

    def _fill(self, traits: Traits) -> None:
        """As it came; where the patient is was not in it, and stays."""
        found = typed(traits, None) | {"document": ""}
        self._oid = found.pop("oid")
        self._received = self.desk.drafts.received = traits
        self.desk.drafts.fields[f"{_PREFIX}oid"] = self._oid
        form = self.query_one(Form)
        form.fill(found)
        form.focus_first()

    def action_import_identity(self) -> None:
        """From a file of the practice's own software."""
        self.app.push_screen(ImportBox(self.desk, self._fill))

    def action_accept(self) -> None:
        """Enter it all; a wrong number is put right or taken out first, and told at the top."""
        snapshot = self.desk.requests.snapshot
        try:
            traits = traits_of(
                self._values, self._received, is_training=snapshot.dossier.is_training
            )
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
