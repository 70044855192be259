"""Windows: the program that shows PDFs is asked to print one, which needs a file.

The file stands in a folder of its own under the user's temporary files, which other users cannot
read, and has a name that says nothing. The viewer prints when it likes and does not say when it has
done: so the file is removed when Chevet closes. What a command or a crash left behind is removed by
the next one to print, once no viewer can still be waiting for it.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from client import clock
from client.printing.errors import NoPrinterError, PrintFailedError
from client.printing.printer import check_printable

_FOLDER: Final = "chevet-print"
_NO_STATUS: Final = -1
_WAITS_S: Final = 600
"""chosen: no viewer takes ten minutes to open a page."""
Start = Callable[[str], None]
"""Asks the system to print the file of this name; raises `OSError`."""


class WindowsPrinter:
    """The default printer, through whatever shows PDFs."""

    is_there: Final = True

    def __init__(self, folder: Path, start: Start, now: Callable[[], datetime]) -> None:
        """Files are put in `folder`, which is ours alone; old ones in it are removed."""
        self._folder = folder
        self._start = start
        for path in folder.glob("*"):
            with suppress(OSError):
                if now().timestamp() - path.stat().st_mtime > _WAITS_S:
                    path.unlink()

    @classmethod
    def of_this_user(cls) -> Self:
        """With the system's own verb "print"."""
        return cls(Path(tempfile.gettempdir()) / _FOLDER, _start, clock.now)

    def put(self, data: bytes, media_type: str) -> None:
        """As `client.printing.printer.Printer`."""
        ending = check_printable(data, media_type)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(ending, dir=self._folder)  # the owner's alone
            with os.fdopen(handle, "wb") as file:
                file.write(data)
        except OSError as error:
            raise PrintFailedError(error.errno or _NO_STATUS) from error
        try:
            self._start(name)
        except OSError as error:
            Path(name).unlink(missing_ok=True)
            raise PrintFailedError(error.errno or _NO_STATUS) from error

    def close(self) -> None:
        """Remove what was printed; a file that a viewer still holds stays for the next start."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _start(name: str) -> None:
    if sys.platform != "win32":
        raise NoPrinterError
    os.startfile(name, "print")  # noqa: S606 -- our own file, the system's own verb
