"""What was typed and chosen at the bedside, one dossier a consultation. Blocking."""

import hashlib
from typing import TYPE_CHECKING

import msgspec

from client.core.dossier.file import Dossier
from client.store import archive, subjects

if TYPE_CHECKING:
    from client.store.database import Database


class Dossiers:
    """The dossiers of one database."""

    def __init__(self, database: "Database") -> None:
        self._database = database

    def keep(self, consultation: int, dossier: Dossier) -> None:
        """Keep the dossier in place of the one before; on disk before it returns."""
        data = msgspec.json.encode(dossier)
        with self._database.transaction():
            archive.require_whole(self._database, consultation)
            self._database.change(
                "INSERT INTO dossier (consultation, data, sha256) VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET data = excluded.data, sha256 = excluded.sha256",
                *(consultation, data, hashlib.sha256(data).digest()),
            )
            subjects.refresh(self._database, consultation)

    def of(self, consultation: int) -> Dossier | None:
        """What was kept; `None` while nothing was."""
        archive.require(self._database, consultation)
        return archive.dossier(self._database, consultation)
