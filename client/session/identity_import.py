"""Identities that the practice's own software wrote as files: found, and read on request (d-15).

Read beside the event loop; no name or value of them is in any log.
"""

import asyncio
import os
from dataclasses import replace
from datetime import UTC, datetime
from heapq import nlargest
from pathlib import Path
from typing import Final

from client.core.dossier import identity_file
from client.core.dossier.matricule import checked
from client.core.dossier.traits import Traits
from client.errors import ChevetError
from client.session.course import Course
from client.session.events import EventLog
from client.session.flow_views import IdentitiesView, IdentityFileView
from client.session.keeping import RecordKeeper
from client.session.sending import FileUnreadableError

FILES_LIMIT: Final = 20
"""Files that are offered, the newest; chosen: a screen of them."""
SUFFIXES: Final = (".json", ".csv")


class IdentityFolderError(ChevetError):
    """The folder of the settings, where identities should be, cannot be read."""


class IdentityImport:
    """Looks into one folder of this machine; on the event loop."""

    def __init__(
        self, course: Course, keeper: RecordKeeper, events: EventLog, folder: str = ""
    ) -> None:
        """`folder` is where the software puts them; empty: nobody has said."""
        self._course = course
        self._keeper = keeper
        self._events = events
        self._folder = folder
        self._asked = 0
        """Readings asked for: only the last one is shown."""

    def find(self) -> None:
        """Show the newest files of the folder, and no identity of before."""
        self._asked += 1
        self._course.change(identities=IdentitiesView())
        if self._folder:
            self._keeper.start_beside(self._find())

    def read(self, path: Path) -> None:
        """Show the identity in this file, or why there is none; `path` may be of the folder."""
        self._asked += 1
        self._keeper.start_beside(self._read(path, self._asked))

    def forget(self) -> None:
        """Show nothing of any of them."""
        self._asked += 1
        self._course.change(identities=IdentitiesView())

    async def _find(self) -> None:
        asked = self._asked
        try:
            files = await asyncio.to_thread(newest_in, self._folder)
            found = IdentitiesView(files)
        except ChevetError as error:
            found = IdentitiesView(failure=error)
        if asked == self._asked:
            self._course.change(identities=found)

    async def _read(self, path: Path, asked: int) -> None:
        shown = self._course.known.identities
        try:
            traits = self._checked(
                identity_file.read(await asyncio.to_thread(bytes_of, self._folder, path))
            )
            found = replace(shown, read=traits, failure=None)
            self._events("identity_read", status=traits.status.value)
        except ChevetError as error:
            found = replace(shown, read=None, failure=error)
            self._events("identity_not_read", reason=type(error).__name__)
        if asked == self._asked:
            self._course.change(identities=found)

    def _checked(self, traits: Traits) -> Traits:
        """One that can be entered here: no test identity outside training (d-14)."""
        if traits.matricule is None:
            return traits
        is_training = self._course.known.dossier.is_training
        return replace(traits, matricule=checked(traits.matricule, is_training=is_training))


def newest_in(folder: str) -> tuple[IdentityFileView, ...]:
    """What may be identities there, the newest first; `IdentityFolderError`. Blocks."""
    try:
        with os.scandir(Path(folder).expanduser()) as entries:
            files = filter(None, map(_viewed, entries))
            return tuple(nlargest(FILES_LIMIT, files, key=lambda one: one.at))
    except (OSError, RuntimeError, ValueError) as error:
        raise IdentityFolderError from error


def _viewed(entry: os.DirEntry[str]) -> IdentityFileView | None:
    """`None` for what can be none, and for what its software has taken away meanwhile."""
    if not entry.name.lower().endswith(SUFFIXES):
        return None
    try:
        if not entry.is_file():
            return None
        written_s = entry.stat().st_mtime
    except OSError:
        return None
    return IdentityFileView(entry.name, datetime.fromtimestamp(written_s, UTC))


def bytes_of(folder: str, path: Path) -> bytes:
    """A file's bytes, no more than one too many for an identity; `FileUnreadableError`. Blocks."""
    try:
        base = Path(folder).expanduser() if folder else Path.home()
        whole = base / path.expanduser()
        if not whole.is_file():
            raise FileUnreadableError  # a pipe, say, may never end
        with whole.open("rb") as file:
            return file.read(identity_file.SIZE_LIMIT + 1)
    except (OSError, RuntimeError, ValueError) as error:
        raise FileUnreadableError from error
