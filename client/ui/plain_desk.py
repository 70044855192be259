"""What is done before a call, and beside it, by lines: contacts, expertises, records, imports."""

from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

from client.core.dossier.traits import Traits
from client.media.window.scene import WindowState
from client.session.flow_views import IdentitiesView, PrintState, RecordsView, Wish
from client.ui.phrases import plain, profession_sentence, time_of_day
from client.ui.plain_closing import PlainClosing
from client.ui.plain_ending import asked_folder
from client.ui.plain_forms import PlainForms
from client.ui.plain_talk import Talk, numbered
from client.ui.plain_words import row
from client.ui.screens.contacts import can_be_called, contact_lines
from client.ui.screens.expertise import QUESTION_LIMIT, expertise_lines
from client.ui.screens.file_box import FILE_STEPS, file_rows
from client.ui.screens.importing import identity_told
from client.ui.screens.past import printable, record_line, record_said
from client.ui.screens.saving import PATH_LIMIT
from client.ui.steps import Step
from client.ui.widgets.form import Field


class PlainDesk:
    """Each of these is one key at the start; an empty line or a full stop leads back."""

    def __init__(self, talk: Talk, forms: PlainForms) -> None:
        self._talk = talk
        self._forms = forms
        self._desk = talk.desk

    async def expertise(self) -> bool:
        """Those that wait and the answers; whether a new question was asked."""
        talk, say, site = self._talk, self._desk.say, self._desk.requests
        told = [text for text, _ in expertise_lines(say, site.snapshot, self._desk.now())]
        talk.tell(*(told or [say("training.plain.no_expertise")]))
        talk.say("dossier.expertise.hint")
        label = say("dossier.expertise.question")
        field = Field("question", label, limit=QUESTION_LIMIT)
        question = await talk.ask(field, site.snapshot.dossier.question)
        if question:
            site.ask_expertise(question)
        return bool(question)

    async def call(self) -> None:
        """A GP of the contacts by number, or an invitation."""
        chosen = await self._whom()
        if chosen is None:
            self._desk.requests.invite()
        else:
            self._desk.requests.call(chosen)

    async def other_gp(self) -> None:
        """The same in place of whoever is awaited; a full stop goes on waiting."""
        talk, now = self._talk, self._desk.requests.snapshot
        if now.dossier.is_deferred:
            talk.say("dossier.expertise.stays")
        elif any(map(can_be_called, now.contacts)) or await talk.yes(
            self._desk.say("training.plain.other_gp_sure"), usual=False, is_fresh=True
        ):
            self._desk.requests.turn_to(await self._whom())

    async def _whom(self) -> bytes | None:
        """The key of one who can be called; `None`: whoever opens an invitation."""
        known = [one for one in self._desk.requests.snapshot.contacts if can_be_called(one)]
        self._number(plain(one.name) for one in known)
        chosen = None
        if known:
            whom = self._desk.say("training.plain.whom")
            chosen = await self._talk.which(whom, len(known), is_fresh=True)
        return None if chosen is None else known[chosen].public

    async def contacts(self) -> None:
        """Who is known; one of them is called, refused from now on, or forgotten."""
        talk, say, site = self._talk, self._desk.say, self._desk.requests
        known = site.snapshot.contacts
        self._number(row(say, *contact_lines(say, one)) for one in known)
        if not known:
            talk.say("site.contacts.none")
            return
        chosen = await talk.which(say("training.plain.contact"), len(known))
        if chosen is None:
            return
        view = known[chosen]
        acts = ("call", "revoke", "forget") if can_be_called(view) else ("revoke", "forget")
        options = numbered((act, say(f"site.do.{act}")) for act in acts)
        act = await talk.ask(Field("act", plain(view.name), options), is_fresh=True)
        if act == "call":
            if not self._forms.lacking():
                site.call(view.public)
        elif act:
            sure = say(f"training.plain.{act}_sure", name=plain(view.name))
            if await talk.yes(sure, usual=False, is_fresh=True):
                {"revoke": site.revoke_contact, "forget": site.forget_contact}[act](view.public)

    async def past(self) -> None:
        """Earlier consultations by name, date or reason; one of them is read, and printed again."""
        talk, say, site = self._talk, self._desk.say, self._desk.requests
        words = await talk.ask(
            Field("wanted", say("dossier.past.title"), hint=say("dossier.past.hint"))
        )
        before = site.snapshot.records
        site.find_records(words)
        found = (await talk.until(lambda now: now.records is not before)).records
        self._number(record_line(say, row) for row in found.rows)
        if not found.rows:
            talk.tell(record_said(say, found))
            return
        chosen = await talk.which(say("training.plain.record"), len(found.rows))
        if chosen is not None:
            before = site.snapshot.records
            site.read_record(found.rows[chosen].consultation)
            shown = (await talk.until(lambda now: now.records is not before)).records
            talk.tell(record_said(say, shown))
            await self._act_on(shown)

    async def _act_on(self, records: RecordsView) -> None:
        """On paper, where anything prints, or as files; or its end chosen after all."""
        say, site = self._desk.say, self._desk.requests
        number = printable(records)
        if number is None:
            return
        has_printer = site.snapshot.printing is not PrintState.UNAVAILABLE
        acts = ("print", "save") if has_printer else ("save",)
        acts = acts if records.dossier is None else (*acts, "close_record")
        options = numbered((act, say(f"site.do.{act}")) for act in acts)
        label = say("dossier.past.summary_of", number=number)
        act = await self._talk.ask(Field("act", label, options))
        if act == "print":
            site.print_record(number)
        elif act == "close_record":
            await PlainClosing(self._talk).lead()
        elif act and (folder := await asked_folder(self._talk)) is not None:
            site.save_record(number, folder)

    async def import_identity(self) -> None:
        """From a file of the practice's own software: told, then taken over or not (d-15)."""
        talk, say, site = self._talk, self._desk.say, self._desk.requests
        site.find_identities()
        try:
            traits = await self._imported()
            if traits is None:
                return
            talk.tell(*identity_told(say, traits, site.snapshot))
            if await talk.yes(say("training.plain.take_identity"), is_fresh=True):
                await self._forms.patient(traits)
        finally:
            site.forget_identities()

    async def _imported(self) -> Traits | None:
        talk, say, site = self._talk, self._desk.say, self._desk.requests
        path = await talk.ask(Field("path", say("training.plain.path"), limit=PATH_LIMIT))
        if not path:
            return None
        files = site.snapshot.identities.files
        if path.isdecimal() and 0 < int(path) <= len(files):
            path = files[int(path) - 1].name
        before = site.snapshot.identities
        site.read_identity(Path(path))
        found = (await talk.until(lambda now: _is_read(now.identities, before))).identities
        if found.failure is not None:
            talk.tell(" ".join(say.explain(found.failure)))
        return found.read

    async def dossier(self) -> None:
        """What was entered so far; one step of it is put right."""
        talk, say = self._talk, self._desk.say
        snapshot = self._desk.requests.snapshot
        for number, step, known in file_rows(say, snapshot, self._desk.now()):
            talk.tell(row(say, f"{number} {step}", known))
        talk.tell(profession_sentence(say, snapshot))
        chosen = await talk.which(say("training.plain.step"), len(FILE_STEPS))
        if chosen is not None:
            await self.form(FILE_STEPS[chosen])

    async def form(self, step: Step) -> None:
        """The lines of this step."""
        forms: dict[Step, Callable[[], Awaitable[None]]] = {
            Step.ROOM: self._forms.room,
            Step.PATIENT: self._forms.patient,
            Step.CONSENT: self._forms.consent,
            Step.REASON: self._forms.reason,
        }
        self._talk.say(f"dossier.step.{step}")
        await forms[step]()

    async def resume(self) -> Wish | None:
        """Which of those that were left; the newest has the first number."""
        say = self._desk.say
        left = self._desk.requests.snapshot.resumable[::-1]
        if not left:
            self._talk.say("dossier.resume.none")
            return None
        names = (plain(one.patient_name) or say("dossier.unnamed") for one in left)
        lines = (
            say("dossier.resume.line", name=name, time=time_of_day(one.began_at))
            for name, one in zip(names, left, strict=True)
        )
        reasons = (plain(one.reason) for one in left)
        self._number(row(say, *pair) for pair in zip(lines, reasons, strict=True))
        chosen = await self._talk.which(say("training.plain.left"), len(left))
        return None if chosen is None else Wish(left[chosen].consultation)

    def turn_window(self) -> None:
        """Open the patient's window, or close it."""
        state = self._desk.requests.snapshot.window
        if state is WindowState.UNAVAILABLE:
            self._talk.say("site.window.unavailable")
        else:
            is_there = state in (WindowState.OPEN, WindowState.OPENING)
            self._desk.requests.open_window(on=not is_there)

    def _number(self, lines: Iterable[str]) -> None:
        for number, line in enumerate(lines, start=1):
            self._talk.tell(f"{number} {line}")


def _is_read(now: IdentitiesView, before: IdentitiesView) -> bool:
    """A file was read, or could not be; the list of files alone is not that."""
    return now is not before and (now.read is not None or now.failure is not None)
