"""Earlier consultations of this site, for a screen: looked up and read, never changed."""

from typing import Final

from client.core import wire
from client.core.record import ConsultationOverview, Direction
from client.errors import ChevetError
from client.session.course import Course
from client.session.flow_views import RecordsView, RecordView
from client.session.keeping import RecordKeeper

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
    course.change(records=RecordsView(known.text, known.rows, consultation, summary))


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
