"""Earlier consultations of this site, for a screen: looked up, read, and their ends chosen."""

from dataclasses import replace
from typing import Final

from client.core import wire
from client.core.dossier.ending import Ending
from client.core.record import ConsultationOverview, Direction
from client.errors import ChevetError
from client.session.casework import consented, ending_facts
from client.session.course import Course
from client.session.flow_views import RecordsView, RecordView
from client.session.keeping import RecordKeeper
from client.store.journal import JournalEvent

ROWS_LIMIT: Final = 100
"""chosen: who has more than these before their eyes types another word."""


async def find(course: Course, keeper: RecordKeeper, text: str) -> None:
    """Show those that fit these words and dates, the newest first, or why none can be found."""
    try:
        rows = tuple(map(_view, await keeper.found(text, ROWS_LIMIT)))
    except ChevetError as error:
        course.change(records=RecordsView(text, failure=error))
    else:
        course.change(records=RecordsView(text, rows))


async def read(course: Course, keeper: RecordKeeper, consultation: int) -> None:
    """Show the summary of one of them; one whose values were erased has none.

    Of one that cannot be read nothing is said but why.
    """
    known = course.known.records
    if any(row.consultation == consultation and row.is_erased for row in known.rows):
        course.change(records=RecordsView(known.text, known.rows, consultation))
        return
    try:
        record = await keeper.earlier_record(consultation)
    except ChevetError as error:
        course.change(records=RecordsView(known.text, known.rows, failure=error))
        return
    came = (kept.parcel.message for kept in record.parcels if kept.direction is Direction.RECEIVED)
    summaries = [message.text for message in came if isinstance(message, wire.Summary)]
    summary = summaries[-1] if summaries else None
    dossier = record.dossier if record.finished_at is not None else None
    course.change(records=RecordsView(known.text, known.rows, consultation, summary, dossier))


async def close(course: Course, keeper: RecordKeeper, consultation: int, ending: Ending) -> None:
    """Keep what is chosen of the end of the one that was read, and say it in its journal."""
    known = course.known.records
    if known.dossier is None or known.read != consultation:
        return
    dossier = consented(replace(known.dossier, ending=ending))
    chosen = dossier.ending or ending
    try:
        await keeper.keep_earlier_dossier(consultation, dossier)
    except ChevetError as error:
        course.change(records=replace(known, failure=error))
        return
    keeper.note_earlier(consultation, JournalEvent.CLOSED, **ending_facts(chosen))
    if course.known.records.read == consultation:
        course.change(records=replace(course.known.records, dossier=dossier, failure=None))


def _view(kept: ConsultationOverview) -> RecordView:
    return RecordView(
        consultation=kept.id,
        began_at=kept.began_at,
        patient_name=kept.patient_name,
        reason=kept.complaint,
        is_over=kept.finished_at is not None,
        is_training=kept.is_training,
        is_erased=kept.erased_at is not None,
    )
