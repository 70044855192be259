"""The openings of the room, day by day (rules-fr.md, d-8). Blocking."""

import hashlib
from typing import TYPE_CHECKING

import msgspec

from client.core.dossier.room import RoomCheck
from client.store.archive import intact
from client.store.errors import UnreadableRecordsError

if TYPE_CHECKING:
    from client.store.database import Database


class Rooms:
    """The room checks of one database."""

    def __init__(self, database: "Database") -> None:
        self._database = database

    def keep(self, check: RoomCheck) -> None:
        """Keep one more opening."""
        data = msgspec.json.encode(check)
        self._database.change(
            "INSERT INTO room (at_ms, data, sha256) VALUES (?, ?, ?)",
            *(check.at_ms, data, hashlib.sha256(data).digest()),
        )

    def since(self, at_ms: int) -> list[RoomCheck]:
        """Every opening from this time on, the oldest first."""
        query = "SELECT data, sha256 FROM room WHERE at_ms >= ? ORDER BY at_ms, id"
        return [_room(*row) for row in self._database.rows(query, at_ms)]

    def forget(self, before_ms: int) -> int:
        """Delete those older than this; how many."""
        return self._database.change("DELETE FROM room WHERE at_ms < ?", before_ms)


def _room(data: bytes, digest: bytes) -> RoomCheck:
    try:
        return msgspec.json.decode(intact(data, digest), type=RoomCheck)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UnreadableRecordsError("a room check that is not ours") from error
