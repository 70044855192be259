"""Files that came from the GP: a prescription, an annotated still. Byte for byte. Blocking."""

from typing import TYPE_CHECKING, Final

from client.core.record import KeptDocument, milliseconds
from client.store import archive
from client.store.errors import NumberTakenError, RecordFullError

if TYPE_CHECKING:
    from client.store.database import Database

DOCUMENTS_LIMIT: Final = 128
"""Of one consultation; chosen: as many as files under way (`client.store.unfinished`)."""


class Documents:
    """The documents of one database."""

    def __init__(self, database: "Database") -> None:
        self._database = database

    def keep(self, consultation: int, document: KeptDocument) -> bool:
        """Keep a file; whether it was new.

        `NumberTakenError` if another has its id, `RecordFullError`.
        """
        place = (consultation, document.id)
        with self._database.transaction():
            archive.require_whole(self._database, consultation)
            query = "SELECT sha256 FROM document WHERE (consultation, id) = (?, ?)"
            known = self._database.rows(query, *place)
            if known:
                if known != [(document.sha256,)]:
                    raise NumberTakenError(document.id)
                return False
            self._check_room(consultation)
            self._database.change(
                "INSERT INTO document (consultation, id, label, media_type, kept_ms, sha256, data)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                *(*place, document.label, document.media_type, milliseconds(document.kept_at)),
                *(document.sha256, document.data),
            )
        return True

    def of(self, consultation: int) -> list[KeptDocument]:
        """Every one of a consultation, by id."""
        archive.require(self._database, consultation)
        return archive.documents(self._database, consultation)

    def _check_room(self, consultation: int) -> None:
        query = "SELECT count(*) FROM document WHERE consultation = ?"
        if self._database.rows(query, consultation)[0][0] >= DOCUMENTS_LIMIT:
            raise RecordFullError(DOCUMENTS_LIMIT)
