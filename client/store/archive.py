"""Reading back what `client.store.ledger` keeps, as typed values. Blocking.

Messages are kept as they are on the wire, so a message whose fields change needs a step in
`client.store.schema` that rewrites those already kept.
"""

import hashlib
from typing import Any, Final

from client.core import plain_cbor
from client.core.parcels import WireError, decode
from client.core.record import (
    ConsultationOverview,
    ConsultationRecord,
    Direction,
    JournalEntry,
    JournalHead,
    KeptParcel,
    KeptStill,
    moment,
)
from client.core.wire import Intake, Parcel
from client.store.database import Database
from client.store.errors import (
    UnknownConsultationError,
    UnknownStillError,
    UnreadableRecordsError,
)

_OVERVIEW: Final = """
    SELECT id, began_ms, finished_ms, reason,
        intake.data, intake.sha256,
        (SELECT count(*) FROM parcel
            WHERE consultation = c.id AND direction = 'sent'
            AND kind IN ('measured', 'lab_result')),
        (SELECT count(*) FROM still WHERE consultation = c.id),
        (SELECT count(*) FROM parcel
            WHERE consultation = c.id AND direction = 'sent' AND acknowledged_ms IS NULL)
    FROM consultation AS c LEFT JOIN parcel AS intake ON
        (intake.consultation, intake.direction, intake.number) = (c.id, 'sent',
            (SELECT max(number) FROM parcel
                WHERE consultation = c.id AND direction = 'sent' AND kind = 'intake'))
    ORDER BY id
"""


def require(database: Database, consultation: int) -> None:
    """`UnknownConsultationError` unless there is one with this number."""
    if not database.rows("SELECT 1 FROM consultation WHERE id = ?", consultation):
        raise UnknownConsultationError(consultation)


def overviews(database: Database) -> list[ConsultationOverview]:
    """Every consultation, the oldest first."""
    return [_overview(*row) for row in database.rows(_OVERVIEW)]


def head(database: Database, consultation: int) -> JournalHead:
    """How long the consultation's journal is, in the site's signed word."""
    require(database, consultation)
    query = "SELECT head_origin, head_count, head_hash, head_signature FROM consultation"
    (row,) = database.rows(f"{query} WHERE id = ?", consultation)
    return JournalHead(*row)


def waiting(database: Database, consultation: int) -> list[Parcel]:
    """What was sent and not acknowledged, by number."""
    require(database, consultation)
    query = (
        "SELECT data, sha256 FROM parcel WHERE consultation = ? AND direction = 'sent'"
        " AND acknowledged_ms IS NULL ORDER BY number"
    )
    return [_parcel(*sealed) for sealed in database.rows(query, consultation)]


def still(database: Database, consultation: int, number: int) -> KeptStill:
    """One picture; `UnknownStillError` when there is none with this number."""
    require(database, consultation)
    for kept in _stills(database, consultation, "id = ?", number):
        return kept
    raise UnknownStillError(number)


def record(database: Database, consultation: int) -> ConsultationRecord:
    """Everything kept of one consultation."""
    signed = head(database, consultation)
    query = "SELECT began_ms, finished_ms, reason, site_key FROM consultation WHERE id = ?"
    ((began_ms, finished_ms, reason, site_key),) = database.rows(query, consultation)
    return ConsultationRecord(
        id=consultation,
        began_at=moment(began_ms),
        finished_at=None if finished_ms is None else moment(finished_ms),
        reason=reason,
        site_key=site_key,
        parcels=tuple(_parcels(database, consultation)),
        stills=tuple(_stills(database, consultation)),
        journal=tuple(_journal(database, consultation)),
        head=signed,
    )


def _overview(  # noqa: PLR0913, PLR0917 -- one argument a column of `_OVERVIEW`
    id_: int,
    began_ms: int,
    finished_ms: int | None,
    reason: str | None,
    intake: bytes | None,
    intake_sha256: bytes,
    readings: int,
    stills: int,
    unacknowledged: int,
) -> ConsultationOverview:
    message = None if intake is None else _parcel(intake, intake_sha256).message
    return ConsultationOverview(
        id=id_,
        began_at=moment(began_ms),
        finished_at=None if finished_ms is None else moment(finished_ms),
        reason=reason,
        patient_name=message.name if isinstance(message, Intake) else "",
        readings=readings,
        stills=stills,
        unacknowledged=unacknowledged,
    )


def _parcels(database: Database, consultation: int) -> list[KeptParcel]:
    query = (
        "SELECT data, sha256, direction, kept_ms, acknowledged_ms FROM parcel"
        " WHERE consultation = ? ORDER BY direction DESC, number"
    )
    return [
        KeptParcel(
            parcel=_parcel(data, digest),
            direction=Direction(direction),
            kept_at=moment(kept_ms),
            acknowledged_at=None if acknowledged_ms is None else moment(acknowledged_ms),
        )
        for data, digest, direction, kept_ms, acknowledged_ms in database.rows(query, consultation)
    ]


def _stills(
    database: Database, consultation: int, condition: str = "TRUE", *values: object
) -> list[KeptStill]:
    query = (
        "SELECT id, label, jpeg, sha256, taken_ms FROM still"  # noqa: S608 -- our own condition
        f" WHERE consultation = ? AND {condition} ORDER BY id"
    )
    return [
        KeptStill(
            id=id_,
            label=label,
            jpeg=_intact(jpeg, digest),
            sha256=digest,
            taken_at=moment(taken_ms),
        )
        for id_, label, jpeg, digest, taken_ms in database.rows(query, consultation, *values)
    ]


def _journal(database: Database, consultation: int) -> list[JournalEntry]:
    query = (
        "SELECT number, at_ms, event, facts, previous, hash, signature FROM journal"
        " WHERE consultation = ? ORDER BY number"
    )
    return [
        JournalEntry(number, moment(at_ms), event, _facts(facts), previous, digest, signature)
        for number, at_ms, event, facts, previous, digest, signature in database.rows(
            query, consultation
        )
    ]


def _intact(data: bytes, digest: bytes) -> bytes:
    """The data, unless the disk gave back other bytes than it was given: see `Database.faults`."""
    if hashlib.sha256(data).digest() != digest:
        raise UnreadableRecordsError("bytes that do not match their hash")
    return data


def _parcel(data: bytes, digest: bytes) -> Parcel:
    try:
        return decode(_intact(data, digest))
    except WireError as error:
        raise UnreadableRecordsError("a message that is not ours") from error


def _facts(data: bytes) -> dict[str, Any]:
    try:
        facts = plain_cbor.load(data)
    except ValueError as error:
        raise UnreadableRecordsError("a journal line that is not ours") from error
    if not isinstance(facts, dict):
        raise UnreadableRecordsError("a journal line that is not ours")
    return facts
