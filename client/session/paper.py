"""The documents of a consultation on paper, or as files in a folder the person chose.

The summary is made of what is kept; the GP's files go with it exactly as they came (rules-fr.md,
d-25). Neither a file's name nor the journal says anything of the patient.
"""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Final

from client.catalogue import Catalogue
from client.errors import ChevetError
from client.exports.documents import report_of
from client.exports.documents.handover import Printout, handover
from client.printing import PRINTABLE, Printer, SaveExistsError, save
from client.session.course import Course
from client.session.events import EventLog
from client.session.flow_views import PrintState
from client.session.keeping import RecordKeeper
from client.store.journal import JournalEvent

COPIES_LIMIT: Final = 99
"""Files of one document in one folder; each saving makes its own, none is written over."""
UNDER_WAY: Final = (PrintState.PRINTING, PrintState.SAVING)


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
        self._events = events
        self._printer = printer
        self._language = language
        self._job: asyncio.Task[None] | None = None
        state = PrintState.READY if printer.is_there else PrintState.UNAVAILABLE
        course.change(printing=state)

    def print_all(self) -> None:
        """Put everything on paper; where nothing prints, `SiteSnapshot.printing` says so."""
        if self._course.known.printing is not PrintState.UNAVAILABLE:
            self._begin(PrintState.PRINTING, self._print())

    def save_all(self, folder: Path) -> None:
        """Put everything into this folder, beside what is there."""
        self._begin(PrintState.SAVING, self._save(folder))

    async def settle(self) -> None:
        """The job under way is finished."""
        if self._job is not None:
            await asyncio.wait([self._job])

    def _begin(self, state: PrintState, job: Coroutine[Any, Any, None]) -> None:
        if self._course.known.printing in UNDER_WAY:
            job.close()
            return
        self._course.change(printing=state, print_failure=None)
        self._job = asyncio.create_task(self._done(job))

    async def _done(self, job: Coroutine[Any, Any, None]) -> None:
        try:
            await job
        except ChevetError as error:
            self._course.change(printing=PrintState.FAILED, print_failure=error)
            self._keeper.note(JournalEvent.PRINT_FAILED, reason=type(error).__name__)
            self._events("print_failed", reason=type(error).__name__)
        finally:
            if self._course.known.printing in UNDER_WAY:  # a fault of ours: one may try again
                self._course.change(printing=PrintState.FAILED)

    async def _print(self) -> None:
        documents = await self._documents()
        for one in documents:
            await asyncio.to_thread(self._printer.put, one.data, one.media_type)
        self._succeeded(PrintState.PRINTED, JournalEvent.PRINTED, len(documents))

    async def _save(self, folder: Path) -> None:
        documents = await self._documents()
        number = self._keeper.consultation
        for one in documents:
            name = f"consultation-{number}-{one.name}"
            await asyncio.to_thread(_save_beside, one.data, folder, name, PRINTABLE[one.media_type])
        self._succeeded(PrintState.SAVED, JournalEvent.DOCUMENTS_SAVED, len(documents))

    def _succeeded(self, state: PrintState, event: JournalEvent, count: int) -> None:
        self._course.change(printing=state)
        self._keeper.note(event, documents=count)
        self._events(event.value, documents=count)

    async def _documents(self) -> tuple[Printout, ...]:
        """Of everything that is on disk by now."""
        from client.exports.pdf.press import summary_pdf  # noqa: PLC0415 -- the typesetter is large
        from client.exports.pdf.wording import Words  # noqa: PLC0415 -- same

        report = report_of(await self._keeper.record())
        return handover(report, await summary_pdf(Words(Catalogue(self._language)), report))


def _save_beside(data: bytes, folder: Path, name: str, ending: str) -> None:
    """A new file of this name, or of the next free one; `SaveExistsError` after many. Blocking."""
    for number in range(1, COPIES_LIMIT + 1):
        copy = "" if number == 1 else f"-{number}"
        try:
            return save(data, folder / f"{name}{copy}{ending}")
        except SaveExistsError:
            continue
    raise SaveExistsError
