"""Reading back what `client.store.ledger` keeps, as typed values. Blocking.

Messages are kept as they are on the wire, so a message whose fields change needs a step in
`client.store.schema` that rewrites those already kept.
"""

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from client.core import plain_cbor
from client.core.dossier.file import Dossier
from client.core.parcels import WireError, decode
from client.core.record import (
    ConsultationOverview,
    ConsultationRecord,
    Direction,
    JournalEntry,
    JournalHead,
    KeptDocument,
    KeptParcel,
    KeptStill,
    moment,
)
from client.core.wire import Parcel
from client.store.errors import (
    ErasedConsultationError,
    UnknownConsultationError,
    UnknownStillError,
    UnreadableRecordsError,
)

if TYPE_CHECKING:
    from client.store.database import Database

_OVERVIEW: Final = """
    SELECT id, began_ms, finished_ms, reason, erased_ms, name, complaint, is_training,
        (SELECT count(*) FROM parcel
            WHERE consultation = c.id AND direction = 'sent'
            AND kind IN ('measured', 'lab_result')),
        (SELECT count(*) FROM still WHERE consultation = c.id),
        (SELECT count(*) FROM parcel
            WHERE consultation = c.id AND direction = 'sent' AND acknowledged_ms IS NULL)
    FROM consultation AS c LEFT JOIN subject ON subject.consultation = c.id
"""


def require(database: "Database", consultation: int) -> None:
    """`UnknownConsultationError` unless there is one with this number."""
    if not database.rows("SELECT 1 FROM consultation WHERE id = ?", consultation):
        raise UnknownConsultationError(consultation)


def require_whole(database: "Database", consultation: int) -> None:
    """As `require`, and `ErasedConsultationError` for one whose values were removed."""
    require(database, consultation)
    query = "SELECT 1 FROM consultation WHERE id = ? AND erased_ms IS NOT NULL"
    if database.rows(query, consultation):
        raise ErasedConsultationError(consultation)


def overviews(
    database: "Database", limit: int | None = None, offset: int = 0
) -> list[ConsultationOverview]:
    """Consultations, the oldest first; so many of them, after the first `offset`."""
    page = "WHERE id IN (SELECT id FROM consultation ORDER BY began_ms, id LIMIT ? OFFSET ?)"
    page += " ORDER BY began_ms, id"
    rows = database.rows(_OVERVIEW + page, -1 if limit is None else limit, offset)
    return [_overview(*row) for row in rows]


def overview(database: "Database", consultation: int) -> ConsultationOverview:
    """One line of the list."""
    for row in database.rows(_OVERVIEW + "WHERE id = ?", consultation):
        return _overview(*row)
    raise UnknownConsultationError(consultation)


def dossier(database: "Database", consultation: int) -> Dossier | None:
    """What was typed and chosen; `None` while nothing was."""
    query = "SELECT data, sha256 FROM dossier WHERE consultation = ?"
    for data, digest in database.rows(query, consultation):
        try:
            return msgspec.json.decode(intact(data, digest), type=Dossier)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise UnreadableRecordsError("a dossier that is not ours") from error
    return None


def documents(database: "Database", consultation: int) -> list[KeptDocument]:
    """The files that came from the GP, by id."""
    query = (
        "SELECT id, label, media_type, data, sha256, kept_ms FROM document"
        " WHERE consultation = ? ORDER BY id"
    )
    return [
        KeptDocument(id_, label, media_type, intact(data, digest), digest, moment(kept_ms))
        for id_, label, media_type, data, digest, kept_ms in database.rows(query, consultation)
    ]


def head(database: "Database", consultation: int) -> JournalHead:
    """How long the consultation's journal is, in the site's signed word."""
    require(database, consultation)
    query = "SELECT head_origin, head_count, head_hash, head_signature FROM consultation"
    (row,) = database.rows(f"{query} WHERE id = ?", consultation)
    return JournalHead(*row)


def waiting(database: "Database", consultation: int) -> list[Parcel]:
    """What was sent and not acknowledged, by number."""
    require(database, consultation)
    query = (
        "SELECT data, sha256 FROM parcel WHERE consultation = ? AND direction = 'sent'"
        " AND acknowledged_ms IS NULL ORDER BY number"
    )
    return [_parcel(*sealed) for sealed in database.rows(query, consultation)]


def still(database: "Database", consultation: int, number: int) -> KeptStill:
    """One picture; `UnknownStillError` when there is none with this number."""
    require(database, consultation)
    for kept in _stills(database, consultation, "id = ?", number):
        return kept
    raise UnknownStillError(number)


def record(database: "Database", consultation: int) -> ConsultationRecord:
    """Everything kept of one consultation."""
    signed = head(database, consultation)
    query = (
        "SELECT began_ms, finished_ms, reason, site_key, erased_ms FROM consultation WHERE id = ?"
    )
    ((began_ms, finished_ms, reason, site_key, erased_ms),) = database.rows(query, consultation)
    return ConsultationRecord(
        id=consultation,
        began_at=moment(began_ms),
        finished_at=_moment(finished_ms),
        reason=reason,
        site_key=site_key,
        parcels=tuple(parcels(database, consultation)),
        stills=tuple(_stills(database, consultation)),
        journal=tuple(_journal(database, consultation)),
        head=signed,
        dossier=dossier(database, consultation),
        documents=tuple(documents(database, consultation)),
        erased_at=_moment(erased_ms),
    )


def _overview(  # noqa: PLR0913, PLR0917 -- one argument a column of `_OVERVIEW`
    id_: int,
    began_ms: int,
    finished_ms: int | None,
    reason: str | None,
    erased_ms: int | None,
    name: str | None,
    complaint: str | None,
    is_training: int | None,
    readings: int,
    stills: int,
    unacknowledged: int,
) -> ConsultationOverview:
    return ConsultationOverview(
        id=id_,
        began_at=moment(began_ms),
        finished_at=_moment(finished_ms),
        reason=reason,
        patient_name=name or "",
        complaint=complaint or "",
        is_training=bool(is_training),
        erased_at=_moment(erased_ms),
        readings=readings,
        stills=stills,
        unacknowledged=unacknowledged,
    )


def parcels(
    database: "Database",
    consultation: int,
    direction: Direction | None = None,
    kind: str | None = None,
) -> list[KeptParcel]:
    """What was sent, then what was received, each by number; all, or one way or kind only."""
    query = (
        "SELECT data, sha256, direction, kept_ms, acknowledged_ms FROM parcel"
        " WHERE consultation = ?1 AND (?2 IS NULL OR direction = ?2) AND (?3 IS NULL OR kind = ?3)"
        " ORDER BY direction DESC, number"
    )
    rows = database.rows(query, consultation, direction and direction.value, kind)
    return [
        KeptParcel(
            parcel=_parcel(data, digest),
            direction=Direction(direction),
            kept_at=moment(kept_ms),
            acknowledged_at=_moment(acknowledged_ms),
        )
        for data, digest, direction, kept_ms, acknowledged_ms in rows
    ]


def _stills(
    database: "Database", consultation: int, condition: str = "TRUE", *values: object
) -> list[KeptStill]:
    query = (
        "SELECT id, label, jpeg, sha256, taken_ms FROM still"  # noqa: S608 -- our own condition
        f" WHERE consultation = ? AND {condition} ORDER BY id"
    )
    return [
        KeptStill(
            id=id_,
            label=label,
            jpeg=intact(jpeg, digest),
            sha256=digest,
            taken_at=moment(taken_ms),
        )
        for id_, label, jpeg, digest, taken_ms in database.rows(query, consultation, *values)
    ]


def _journal(database: "Database", consultation: int) -> list[JournalEntry]:
    query = (
        "SELECT number, at_ms, event, facts, previous, hash, signature FROM journal"
        " WHERE consultation = ? ORDER BY number"
    )
    return [line(*row) for row in database.rows(query, consultation)]


def line(  # noqa: PLR0913, PLR0917 -- one argument a column
    number: int,
    at_ms: int,
    event: str,
    facts: bytes,
    previous: bytes,
    digest: bytes,
    signature: bytes,
) -> JournalEntry:
    """One line of a journal, as its row has it."""
    return JournalEntry(number, moment(at_ms), event, _facts(facts), previous, digest, signature)


def _moment(at_ms: int | None) -> datetime | None:
    return None if at_ms is None else moment(at_ms)


def intact(data: bytes, digest: bytes) -> bytes:
    """The data, unless the disk gave back other bytes than it was given: see `Database.faults`."""
    if hashlib.sha256(data).digest() != digest:
        raise UnreadableRecordsError("bytes that do not match their hash")
    return data


def _parcel(data: bytes, digest: bytes) -> Parcel:
    try:
        return decode(intact(data, digest))
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
