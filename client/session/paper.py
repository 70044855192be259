"""The documents of a consultation on paper, or as files in a folder the person chose.

The summary is made of what is kept; the GP's files go with it exactly as they came (rules-fr.md,
d-25). Neither a file's name nor the journal says anything of the patient.
"""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

from client.catalogue import Catalogue
from client.core.record import ConsultationRecord
from client.errors import ChevetError
from client.exports.documents import report_of
from client.exports.documents.handover import Printout, handover
from client.printing import PRINTABLE, Printer, SaveExistsError, SaveNowhereError, save
from client.session.course import Course
from client.session.events import EventLog
from client.session.flow_views import PrintState
from client.session.keeping import RecordKeeper
from client.store.journal import JournalEvent

COPIES_LIMIT: Final = 99
"""Files of one document in one folder; each saving makes its own, none is written over."""


class Whose(Protocol):
    """The consultation whose documents they are."""

    @property
    def consultation(self) -> int:
        """Its number in the records."""

    async def record(self) -> ConsultationRecord:
        """Everything kept of it."""

    def tell(self, state: PrintState, failure: ChevetError | None = None) -> None:
        """Show how it goes."""

    def note(self, event: JournalEvent, **facts: str | int) -> None:
        """Add a line to its journal."""


class Own:
    """This consultation."""

    def __init__(self, course: Course, keeper: RecordKeeper) -> None:
        self._course = course
        self.consultation: Final = keeper.consultation
        self.record: Final = keeper.record
        self.note: Final = keeper.note

    def tell(self, state: PrintState, failure: ChevetError | None = None) -> None:
        """On the screen of its end."""
        self._course.change(printing=state, print_failure=failure)


class Earlier:
    """Another one, that was looked up."""

    def __init__(self, course: Course, keeper: RecordKeeper, consultation: int) -> None:
        self._course = course
        self._keeper = keeper
        self.consultation: Final = consultation

    async def record(self) -> ConsultationRecord:
        """Everything kept of it."""
        return await self._keeper.earlier_record(self.consultation)

    def tell(self, state: PrintState, failure: ChevetError | None = None) -> None:
        """Beside its summary, as long as that is read."""
        records = self._course.known.records
        if records.read == self.consultation:
            told = replace(records, printing=state, print_failure=failure)
            self._course.change(records=told)

    def note(self, event: JournalEvent, **facts: str | int) -> None:
        """After its end, in its own journal."""
        self._keeper.note_earlier(self.consultation, event, **facts)


class Paper:
    """Makes, prints and saves them, one job at a time; on the event loop."""

    def __init__(
        self,
        course: Course,
        keeper: RecordKeeper,
        events: EventLog,
        *,
        printer: Printer,
        language: str,
    ) -> None:
        """`language` is what the summary's headings are in."""
        self._course = course
        self._keeper = keeper
        self._own = Own(course, keeper)
        self._events = events
        self._printer = printer
        self._language = language
        self._job: asyncio.Task[None] | None = None
        state = PrintState.READY if printer.is_there else PrintState.UNAVAILABLE
        course.change(printing=state)

    def print_all(self) -> None:
        """Put everything on paper; where nothing prints, `SiteSnapshot.printing` says so."""
        self._begin(PrintState.PRINTING, self._own)

    def save_all(self, folder: Path) -> None:
        """Put everything into this folder, beside what is there."""
        self._begin(PrintState.SAVING, self._own, folder)

    def print_earlier(self, consultation: int) -> None:
        """The same of an earlier consultation; `RecordsView.printing` says how it went."""
        self._begin(PrintState.PRINTING, Earlier(self._course, self._keeper, consultation))

    def save_earlier(self, consultation: int, folder: Path) -> None:
        """The same of an earlier consultation, into this folder."""
        self._begin(PrintState.SAVING, Earlier(self._course, self._keeper, consultation), folder)

    async def settle(self) -> None:
        """The job under way is finished."""
        if self._job is not None:
            await asyncio.wait([self._job])

    def _begin(self, state: PrintState, whose: Whose, folder: Path | None = None) -> None:
        is_busy = self._job is not None and not self._job.done()
        if is_busy or (folder is None and not self._printer.is_there):
            return
        whose.tell(state)
        self._job = asyncio.create_task(self._done(whose, folder))

    async def _done(self, whose: Whose, folder: Path | None) -> None:
        state = PrintState.FAILED
        failure = None
        try:
            documents = await self._documents(whose)
            if folder is None:
                await self._print(documents)
                state, event = PrintState.PRINTED, JournalEvent.PRINTED
            else:
                await self._save(documents, whose.consultation, folder)
                state, event = PrintState.SAVED, JournalEvent.DOCUMENTS_SAVED
            whose.note(event, documents=len(documents))
            self._events(event.value, documents=len(documents))
        except ChevetError as error:
            failure = error
            whose.note(JournalEvent.PRINT_FAILED, reason=type(error).__name__)
            self._events("print_failed", reason=type(error).__name__)
        finally:  # after a fault of ours, too: one may try again
            whose.tell(state, failure)

    async def _print(self, documents: tuple[Printout, ...]) -> None:
        for one in documents:
            await asyncio.to_thread(self._printer.put, one.data, one.media_type)

    async def _save(self, documents: tuple[Printout, ...], consultation: int, folder: Path) -> None:
        for one in documents:
            name = f"consultation-{consultation}-{one.name}"
            await asyncio.to_thread(_save_beside, one.data, folder, name, PRINTABLE[one.media_type])

    async def _documents(self, whose: Whose) -> tuple[Printout, ...]:
        """Of everything that is on disk by now."""
        from client.exports.pdf.press import summary_pdf  # noqa: PLC0415 -- the typesetter is large
        from client.exports.pdf.wording import Words  # noqa: PLC0415 -- same

        report = report_of(await whose.record())
        return handover(report, await summary_pdf(Words(Catalogue(self._language)), report))


def _save_beside(data: bytes, folder: Path, name: str, ending: str) -> None:
    """A new file of this name, or of the next free one; `SaveExistsError` after many. Blocking."""
    try:
        folder = folder.expanduser()
    except RuntimeError as error:  # of nobody this machine knows
        raise SaveNowhereError("no such user") from error
    for number in range(1, COPIES_LIMIT + 1):
        copy = "" if number == 1 else f"-{number}"
        try:
            return save(data, folder / f"{name}{copy}{ending}")
        except SaveExistsError:
            continue
    raise SaveExistsError
