"""What a later process needs to go on: the session's keys, and files on their way. Blocking.

The hash of a file covers its pieces, and pages that only continue a long value may come back as
zeros (see `Database.faults`): a whole file is checked against its hash by whoever puts it together.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from client.core.handshake import PlacedCall, PlacedCallUnreadableError
from client.core.record import Direction
from client.core.resumption import Resumption
from client.store import archive
from client.store.database import Database
from client.store.errors import NumberTakenError, StorageFailedError

FILES_LIMIT: Final = 128
"""Files of one consultation, each way."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file on its way, without its bytes."""

    id: int
    size: int
    sha256: bytes


class Unfinished:
    """The sessions and files of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep_session(self, consultation: int, session: Resumption) -> None:
        """From now on a later process can go on with this consultation; its call was answered."""
        with self._database.transaction():
            archive.require(self._database, consultation)
            self._database.change(
                "INSERT INTO session (consultation, state) VALUES (?, ?)"
                " ON CONFLICT DO UPDATE SET state = excluded.state",
                *(consultation, session.encode()),
            )
            self.erase_call(consultation)

    def keep_call(self, consultation: int, call: PlacedCall) -> None:
        """From now on a later process can take up the answer to this call."""
        with self._database.transaction():
            archive.require(self._database, consultation)
            self._database.change(
                "INSERT INTO call (consultation, state) VALUES (?, ?)"
                " ON CONFLICT DO UPDATE SET state = excluded.state",
                *(consultation, call.encode()),
            )

    def calls(self, now: datetime) -> list[tuple[int, PlacedCall]]:
        """The calls that may still be answered, the oldest first; those that are over are erased.

        A call of another version is left where it is.
        """
        kept: list[tuple[int, PlacedCall]] = []
        rows = self._database.rows("SELECT consultation, state FROM call ORDER BY consultation")
        for number, state in rows:
            try:
                call = PlacedCall.decode(state)
            except PlacedCallUnreadableError:
                continue
            if call.ends_at > now:
                kept.append((number, call))
            else:
                self.erase_call(number)
        return kept

    def erase_call(self, consultation: int) -> None:
        """Forget its secrets: it was answered or refused, or is over."""
        self._database.change("DELETE FROM call WHERE consultation = ?", consultation)

    def session(self, consultation: int) -> Resumption | None:
        """What was kept; `None` for a consultation that is over or never began."""
        query = "SELECT state FROM session WHERE consultation = ?"
        rows = self._database.rows(query, consultation)
        return Resumption.decode(rows[0][0]) if rows else None

    def sessions(self) -> list[int]:
        """The consultations that can be gone on with, the oldest first."""
        rows = self._database.rows("SELECT consultation FROM session ORDER BY consultation")
        return [number for (number,) in rows]

    def alive(self, now_s: int) -> list[int]:
        """As `sessions`, once the keys of those that have ended by time are erased."""
        for number in self.sessions():
            session = self.session(number)
            if session is None or session.until_s <= now_s:
                self.erase(number)
        return self.sessions()

    def erase(self, consultation: int) -> None:
        """Forget the keys: the consultation is over."""
        self.erase_call(consultation)
        self._database.change("DELETE FROM session WHERE consultation = ?", consultation)

    def begin_file(self, consultation: int, direction: Direction, file: KeptFile) -> bool:
        """Make room for a file's pieces; false if there is one too many."""
        with self._database.transaction():
            archive.require(self._database, consultation)
            known = self.files(consultation, direction)
            if file in known:
                return True
            if any(file.id == other.id for other in known):
                raise NumberTakenError(file.id)
            if len(known) >= FILES_LIMIT:
                return False
            self._database.change(
                "INSERT INTO file (consultation, direction, id, size, sha256)"
                " VALUES (?, ?, ?, ?, ?)",
                *(consultation, direction.value, file.id, file.size, file.sha256),
            )
        return True

    def files(self, consultation: int, direction: Direction) -> list[KeptFile]:
        """Every file begun, by id."""
        query = (
            "SELECT id, size, sha256 FROM file WHERE consultation = ? AND direction = ? ORDER BY id"
        )
        rows = self._database.rows(query, consultation, direction.value)
        return [KeptFile(*row) for row in rows]

    def keep_pieces(
        self, consultation: int, direction: Direction, file: int, pieces: Mapping[int, bytes]
    ) -> None:
        """Keep parts of a file by where they begin; of the peer's, the longer one stays."""
        with self._database.transaction():
            for begins, data in pieces.items():
                self._database.change(
                    "INSERT INTO piece (consultation, direction, file, begins, data)"
                    " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET data = excluded.data"
                    " WHERE excluded.direction = 'sent' OR length(excluded.data) > length(data)",
                    *(consultation, direction.value, file, begins, data),
                )

    def piece(self, consultation: int, direction: Direction, file: int, begins: int) -> bytes:
        """One part; `StorageFailedError` where there is none."""
        query = (
            "SELECT data FROM piece WHERE (consultation, direction, file, begins) = (?, ?, ?, ?)"
        )
        rows = self._database.rows(query, consultation, direction.value, file, begins)
        if not rows:
            raise StorageFailedError("a part of a file is not there")
        return bytes(rows[0][0])

    def pieces(
        self, consultation: int, direction: Direction, file: int
    ) -> Iterator[tuple[int, bytes]]:
        """Every part that is there: where it begins, and its bytes; one at a time from the disk."""
        query = "SELECT begins FROM piece WHERE (consultation, direction, file) = (?, ?, ?)"
        rows = self._database.rows(query, consultation, direction.value, file)
        for begins in sorted(begins for (begins,) in rows):
            yield begins, self.piece(consultation, direction, file, begins)
